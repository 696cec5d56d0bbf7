# SPDX-License-Identifier: GPL-2.0-or-later
# The real firewalls, started in ns host of the net tests' topology, each with a
# configuration of its own below /tmp. They end with the test.
FIREWALLS=$TOP/build/firewalls/root

# Enters the network alone: what ip-netns(8) does to /sys hides the control groups from dockerd.
in_host() { nsenter --net=/run/netns/host "$@"; }
# So does the daemon: it sees what is mounted here.
launch_vmnet() {
	: >>$LOG
	nsenter --net=/run/netns/host "${SERVICE[@]}" "$PROGRAM" "$@" >>$LOG 2>&1 &
	VMNET=$!
}

# ---- what must work, and what must not stay ----

# A guest with a new connection each: outside, DHCP and DNS at the host; in both families.
network_works() { # guest
	reaches "$1" $SERVER && asks_dns "$1" && asks_dhcp "$1" && network6_works "$1"
}
network6_works() {
	! forwards6 || { in_ns "$1" ip neigh flush dev eth0 && reaches "$1" $SERVER6 && asks_dns6 "$1" && asks_dhcp6 "$1"; }
}
# Older kernels than Linux 6.17 have no forwarding by device; guests stay at home in IPv6.
forwards6() { [ -e /proc/sys/net/ipv6/conf/all/force_forwarding ]; }
asks_dns6() { [ "$(in_ns "$1" dig +short +time=$PATIENCE +tries=1 @${PREFIX6}1 www.example.test)" = $SERVER ]; }
asks_dhcp6() {
	(dhcp6 "$1" /tmp/"$1".bound6 --oneshot --timeout $((PATIENCE + 2))) >/dev/null 2>&1 || true
	[ -s /tmp/"$1".bound6 ]
}
asks_dns() {
	[ "$(in_ns "$1" dig +short +time=$PATIENCE +tries=1 @$GATEWAY www.example.test)" = $SERVER ] &&
		[ "$(in_ns "$1" dig +tcp +short +time=$PATIENCE +tries=1 @$GATEWAY www.example.test)" = $SERVER ]
}
asks_dhcp() { in_ns "$1" udhcpc -i eth0 -f -n -q -t $((PATIENCE + 1)) -T 1 -s /bin/true; }
setup_network() {
	topology
	topology6
	route6_static
	serve_dns
	start_switch
}
start_guest() {
	start_vmnet --vmnet-nat66-prefix=$PREFIX6 "$@" $SWITCH
	guest g1
	static_address g1 9
	ip -n g1 addr add ${PREFIX6}9/64 dev eth0
	ip -n g1 route replace default via fe80::1 dev eth0 # an advertisement may have been faster
	wait_for 15 network_works g1
}

# What comes in by a forwarded port of the host: a guest answers, and sees who asks.
serve_forwarded() { # guest
	in_ns "$1" socat TCP-LISTEN:22,fork,reuseaddr SYSTEM:'echo $SOCAT_PEERADDR' &
	in_ns "$1" socat TCP6-LISTEN:22,fork,reuseaddr,ipv6only=1 SYSTEM:'echo $SOCAT_PEERADDR' &
	wait_for 5 listens "$1" t 22
}
FORWARDS=("--hostfwd=tcp::2222-192.168.105.9:22" "--hostfwd=tcp::2222-[${PREFIX6}9]:22")
forwarding_works() {
	[ "$(answer_of inet TCP:198.51.100.2:2222,connect-timeout=$PATIENCE)" = 198.51.100.1 ] &&
		{ ! forwards6 || [ "$(answer_of inet TCP6:[2001:db8:1::2]:2222,connect-timeout=$PATIENCE)" = "[2001:0db8:0001:0000:0000:0000:0000:0001]" ]; }
}

# The rules of others, without counters, and ours among them.
rules() {
	in_host nft -s list ruleset 2>/dev/null | sed 's/counter packets [0-9]* bytes [0-9]*/counter/'
	in_host iptables-legacy -S 2>/dev/null || true # not in every kernel
	in_host ip6tables-legacy -S 2>/dev/null || true
}
tagged() { rules | grep -c 'vde_vmnet shared' || true; }
none_tagged() { [ "$(tagged)" = 0 ]; }
some_tagged() { ! none_tagged; }

# The rules are as they were, after the end and after SIGKILL and --cleanup.
leaves_no_rule() {
	stop_vmnet
	rules >/tmp/rules.after
	expect diff /tmp/rules.before /tmp/rules.after
	start_vmnet --vmnet-nat66-prefix=$PREFIX6 $SWITCH
	wait_for 15 network_works g1
	kill -KILL $VMNET
	wait_for 2 ended $VMNET
	expect in_host "${SERVICE[@]}" "$PROGRAM" --cleanup
	expect none_tagged
	rules >/tmp/rules.after
	expect diff /tmp/rules.before /tmp/rules.after
}

# ---- Docker ----

docker_start() { # [options of dockerd]
	mkdir -p /tmp/docker /tmp/bin
	ln -sf "$(command -v iptables)" "$(command -v ip6tables)" /tmp/bin # and nothing that loads profiles
	: >/tmp/dockerd.log
	PATH=$FIREWALLS/usr/bin:$FIREWALLS/usr/sbin:/tmp/bin in_host_docker "$@" >/tmp/dockerd.log 2>&1 &
	wait_for 20 docker_listens_or_ended $!
	grep -q 'API listen' /tmp/dockerd.log || docker_cannot
	DOCKER=$(cat /run/docker.pid)
}
docker_listens_or_ended() { grep -q 'API listen' /tmp/dockerd.log || ended "$1"; }
# Where the tests themselves run in a container that has no control groups to give.
docker_cannot() {
	! grep -qi cgroup /tmp/dockerd.log || skip "dockerd: $(tail -1 /tmp/dockerd.log)"
	fail "dockerd: $(cat /tmp/dockerd.log)"
}
in_host_docker() {
	exec /usr/bin/nsenter --net=/run/netns/host dockerd --data-root=/tmp/docker --exec-root=/run/docker \
		--storage-driver=vfs --host=unix:///run/docker.sock "$@"
}
docker_stop() {
	kill $DOCKER
	wait_for 10 ended $DOCKER
}

# ---- ufw ----

ufw() {
	local root=/tmp/ufw
	if [ ! -d $root ]; then
		mkdir -p $root/usr/share $root/lib
		cp -a $FIREWALLS/etc $root/
		cp -a $FIREWALLS/lib/ufw $root/lib/
		cp -a $FIREWALLS/usr/share/ufw $root/usr/share/
		cp $root/usr/share/ufw/{*.rules,*.init,ufw.conf} $root/etc/ufw/ # as its package script does
		sed -i 's/^IPT_MODULES=.*/IPT_MODULES=/' $root/etc/default/ufw
	fi
	PYTHONPATH=$FIREWALLS/usr/lib/python3/dist-packages in_host /usr/bin/python3 \
		$FIREWALLS/usr/sbin/ufw --rootdir=$root --datadir=$root "$@" >/tmp/ufw.log 2>&1 ||
		fail "ufw $*: $(cat /tmp/ufw.log)"
}

# ---- firewalld, and its bus ----

bus_start() {
	cat >/tmp/bus.conf <<-'XML'
		<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
		<busconfig><type>system</type><listen>unix:path=/run/bus</listen><auth>EXTERNAL</auth>
		<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow send_type="method_call"/>
		<allow send_type="signal"/><allow receive_type="method_call"/><allow receive_type="method_return"/>
		<allow receive_type="error"/><allow receive_type="signal"/></policy></busconfig>
	XML
	export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/bus
	LD_LIBRARY_PATH=$(echo $FIREWALLS/usr/lib/*-linux-gnu) \
		$FIREWALLS/usr/bin/dbus-daemon --config-file=/tmp/bus.conf --nofork >/tmp/bus.log 2>&1 &
	wait_for 5 test -S /run/bus
}
firewalld_install() { # with our zone
	cp -a $FIREWALLS/etc/firewalld /tmp/firewalld.etc
	cp -a $FIREWALLS/usr/lib/firewalld /tmp/firewalld.lib
	make -s -C "$TOP" install DESTDIR=/tmp/root PREFIX=/usr >/dev/null
	cp $ZONE /tmp/firewalld.lib/zones/
}
ZONE=/tmp/root/usr/lib/firewalld/zones/vde_vmnet.xml
firewalld_python() {
	PYTHONPATH=$FIREWALLS/usr/lib/python3/dist-packages in_host /usr/bin/python3 "$@"
}
firewalld_start() {
	firewalld_python $FIREWALLS/usr/sbin/firewalld --nofork --nopid --system-config /tmp/firewalld.etc \
		--default-config /tmp/firewalld.lib --log-file /tmp/firewalld.log >/tmp/firewalld.out 2>&1 &
	wait_for 20 firewall_cmd --state
	FIREWALLD=$(pgrep -f 'sbin/firewalld --nofork' | tail -1)
}
firewall_cmd() { firewalld_python $FIREWALLS/usr/bin/firewall-cmd "$@"; }
firewalld_stop() {
	kill $FIREWALLD
	wait_for 10 ended $FIREWALLD
}
