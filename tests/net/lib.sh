# SPDX-License-Identifier: GPL-2.0-or-later
# What net and qemu tests share. Run by tests/run, inside tests/isolate, as
# "lib.sh FILE FUNCTION". The topology that topology() makes:
#
#   ns guest1 ─ eth0 ═ vde_plug2tap ─┐
#   ns guest2 ─ eth0 ═ vde_plug2tap ─┴─ vde_switch ─ vde_vmnet ═ vmnet-shared ─ ns host
#                                                                                │ up0 198.51.100.2
#                                                            ns inet ── in0 198.51.100.1
#                                        203.0.113.1 web, DNS (www.example.test), echo servers
#
# In IPv6, where a test asks for it: host up0 2001:db8:1::2, inet in0 2001:db8:1::1,
# servers 2001:db8:2::1.
#
# Everything a test starts or makes ends with its namespaces.
set -euo pipefail
unset SUDO_UID SUDO_GID SUDO_USER DEBUG NOTIFY_SOCKET JOURNAL_STREAM # the tester's own
: >/tmp/vmnet.log
SWITCH=/tmp/sw.ctl LOG=/tmp/vmnet.log GATEWAY=192.168.105.1 SERVER=203.0.113.1
PREFIX6=fd12:3456:789a:bcde:: SERVER6=2001:db8:2::1
MACHINE_USER=nobody
trap 'echo "failed at line $LINENO: $BASH_COMMAND" >&2' ERR
set -E

in_ns() {
	local ns=$1
	shift
	ip netns exec "$ns" "$@"
}
# As a prefix, so that $! of a background command is the command itself.
AS_USER=(setpriv --reuid="$MACHINE_USER" --regid="$(id -g $MACHINE_USER)" --clear-groups)
as_user() { "${AS_USER[@]}" "$@"; }
TOLD=1 # the descriptor that a test's output goes to
fail() {
	# With what it counted: a ping alone does not say where it was lost.
	[ -z "${VMNET:-}" ] || ! kill -USR1 "$VMNET" 2>/dev/null || sleep 1
	[ ! -s $LOG ] || tail -80 $LOG | sed 's/^/  log: /' >&$TOLD
	echo "FAIL: $*" >&$TOLD
	exit 1
}
skip() {
	echo "$*"
	exit 77
}
# For so many seconds an answer is waited for that must come, on the busiest machine; and
# for so many where none may come, or where it is asked for again.
PATIENCE=1
expect() {
	local PATIENCE=30
	"$@" || fail "expected: $*"
}
refute() {
	local PATIENCE=1
	! "$@" || fail "not expected: $*"
}
none() { # COMMAND..., which prints what is wrong
	local wrong
	wrong=$("$@")
	[ -z "$wrong" ] || fail "$wrong"
}

# Between two looks, ever longer ones. No process is started for it: that costs more than most of
# what is waited for, and other tests wait, too.
NAPS=(0.01 0.01 0.02 0.02 0.03 0.04 0.05 0.07 0.1)
mkfifo /tmp/.nap
nap() { read -rt "${NAPS[$1 < 8 ? $1 : 8]}" _ <>/tmp/.nap || true; } # number
# When to give up what takes at most so many seconds on a machine that is not busy.
give_up_after() { printf -v "$2" %d $((SECONDS + 6 * $1)); } # seconds variable
# Repeats a command until it succeeds. It may fail(), which ends the test and says why.
wait_for() { # seconds command...
	local end what=${*:2} PATIENCE=1 n=0 TOLD=$TOLD
	give_up_after "$1" end
	shift
	exec {TOLD}>&$TOLD
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -le $end ] || fail "waited in vain for: $what"
		nap $((n++))
	done
	exec {TOLD}>&-
}
# For wait_for, which would run what stands in "$(…)" or <(…) once, and look at that again and again.
prints() { [ "$("${@:2}")" = "$1" ]; } # text command...
# The kernel has one table of neighbours for all network namespaces: tests that fill it run one at
# a time. (/dev/full is one file for all of them, and nobody else locks it.)
fills_the_neighbour_table() {
	exec {NEIGHBOURS}</dev/full
	flock "$NEIGHBOURS"
}
# For a test that allows no loss: none of those runs beside it.
needs_the_neighbour_table() {
	exec {NEIGHBOURS}</dev/full
	flock --shared "$NEIGHBOURS"
}
# Hexadecimal digits as bytes, in one piece, as a frame has to be: bash's own printf writes a line
# at a time, and a byte can be a line feed.
bytes() { env printf "$(sed 's/[ :]//g; s/../\\x&/g' <<<"$*")"; }
log_has() { grep -qE -- "$1" $LOG; }
log_count() { grep -cE -- "$1" $LOG || true; }
milliseconds() {
	local t=${EPOCHREALTIME/./}
	echo $((t / 1000))
}
# What waits for nobody takes a fraction of that, and far longer if it does wait.
within() { # milliseconds command...
	local start
	start=$(milliseconds)
	"${@:2}"
	echo "${*:2}: $(($(milliseconds) - start)) ms"
	expect [ $(($(milliseconds) - start)) -le "$1" ]
}
# How long a process has worked, in nanoseconds; others had the processors in between.
worked() { cut -d' ' -f1 /proc/"$1"/schedstat; } # pid
# Ends a process whose place (an address, a port, a file) another one takes next.
end() { # pid [signal]
	kill "${2:--TERM}" "$1"
	wait_for 5 ended "$1"
}
ended() {
	local line
	kill -0 "$1" 2>/dev/null && read -r line 2>/dev/null </proc/"$1"/stat || return 0
	[[ ${line##*) } = Z* ]]
}

# Without duplicate address detection: addresses are there at once, in every snapshot.
make_ns() { # name, and lines for ip there
	ip netns add "$1"
	in_ns "$1" sysctl -qw net.unix.max_dgram_qlen=512 net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
	ips "$1" 'link set lo up' "${@:2}"
}
# One process for all of these lines.
ips() { # ns line…
	local IFS=$'\n'
	ip -n "$1" -batch - <<<"${*:2}"
}

# What is installed goes no further than this test: /etc and /usr are copies.
own_system() {
	local dir
	for dir in etc usr; do
		mkdir -p /tmp/own/$dir /tmp/own/$dir.work
		mount -t overlay -o lowerdir=/$dir,upperdir=/tmp/own/$dir,workdir=/tmp/own/$dir.work overlay /$dir
	done
}

topology() {
	make_ns host
	make_ns inet
	ip link add up0 netns host type veth peer name in0 netns inet
	ips inet 'addr add 198.51.100.1/24 dev in0' "addr add $SERVER/32 dev lo" 'link set in0 up'
	ips host 'addr add 198.51.100.2/24 dev up0' 'link set up0 up' 'route add default via 198.51.100.1'
	echo "nameserver $SERVER" >/tmp/resolv.conf
	mount --bind /tmp/resolv.conf /etc/resolv.conf
	chmod 1777 /tmp
}

# What passes a bridge of the host is asked of no rules that are for what is routed.
without_br_netfilter() {
	in_ns host sysctl -eqw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0 || true
}

# Another way out for the host, up1, to which its default route moves.
second_uplink() {
	ip link add up1 netns host type veth peer name in1 netns inet
	ips inet 'addr add 192.0.2.1/24 dev in1' 'link set in1 up'
	ips host 'addr add 192.0.2.2/24 dev up1' 'link set up1 up' 'route replace default via 192.0.2.1'
}

# A router says that it is one in its neighbour advertisements, too, or its route goes again when
# the neighbour is confirmed, five seconds after the first packet (RFC 4861, 7.2.5).
advertise6() { # device,prefix…
	local link options=()
	for link; do
		in_ns inet sysctl -qw "net.ipv6.conf.${link%,*}.forwarding=1"
		options+=("--interface=${link%,*}" "--dhcp-range=${link#*,},ra-only,64" "--ra-param=${link%,*},60")
	done
	in_ns inet dnsmasq -C /dev/null --port=0 --enable-ra "${options[@]}" --pid-file=/tmp/router.pid --user=root \
		--dhcp-leasefile=/tmp/router.leases
}
# The same in IPv6; inet is the host's router by a static route, or advertises itself.
topology6() {
	ips inet 'addr add 2001:db8:1::1/64 dev in0' "addr add $SERVER6/128 dev lo"
}
route6_static() {
	ips host 'addr add 2001:db8:1::2/64 dev up0' 'route add default via 2001:db8:1::1'
}
route6_advertised() {
	advertise6 in0,2001:db8:1::
	wait_for 10 has_route6 host up0
	wait_for 10 has_address6 host up0 2001:db8:1:
}
# Out by both families, also before Linux 6.17, where that takes the host's own forwarding.
topology_of_both() {
	topology
	topology6
	route6_static
	[ -e /proc/sys/net/ipv6/conf/all/force_forwarding ] || in_ns host sysctl -qw net.ipv6.conf.all.forwarding=1
}
# An end of a tunnel by UDP; like those of VPNs its device is a point-to-point one.
tunnel() { # ns peer
	in_ns "$1" socat UDP-DATAGRAM:"$2":5000,bind=:5000 TUN,tun-type=tun,tun-name=tun0,iff-no-pi,iff-up &
	wait_for 3 carrier "$1" tun0
}
# The host's VPN, and 10.7.0.1 behind it.
vpn() {
	tunnel host 198.51.100.1
	tunnel inet 198.51.100.2
	ip -n host addr add 10.8.0.1/32 dev tun0
	ip -n inet addr add 10.7.0.1/32 dev lo
	ip -n inet route add 10.8.0.1/32 dev tun0
}
# (Not grep -q: it would end ip by SIGPIPE, and the pipe with it.)
has_route6() { ip -n "$1" -6 route show default dev "$2" | grep . >/dev/null; }
has_address6() { ip -n "$1" -6 addr show dev "$2" -tentative | grep "inet6 $3" >/dev/null; }

# Servers beyond the NAT.
serve_dns() {
	in_ns inet dnsmasq -C /dev/null --no-resolv --no-hosts --listen-address=$SERVER --bind-interfaces \
		--address=/www.example.test/$SERVER --pid-file=/tmp/dns.pid --user=root
}
serve_web() { # directory
	in_ns inet busybox httpd -p $SERVER:80 -h "$1"
}

start_switch() { # [options]
	as_user vde_switch -s $SWITCH -d -p /tmp/sw.pid "$@" </dev/null
	wait_for 5 test -S $SWITCH/ctl -a -s /tmp/sw.pid
}
stop_switch() {
	end "$(cat /tmp/sw.pid)" "$@"
}

# From here on the daemon is started as its service is: by a user, with three capabilities.
SERVICE=()
as_service() { # [user]
	local user=${1:-$MACHINE_USER} caps=+net_admin,+net_raw,+net_bind_service
	mkdir /run/vde_vmnet /var/lib/vde_vmnet
	chown "$user" /run/vde_vmnet /var/lib/vde_vmnet
	SERVICE=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups --no-new-privs
	--inh-caps=-all,$caps --ambient-caps=$caps --bounding-set=-all,$caps)
}

# Tests in the other form of a network, on a bridge: FORM=tap in the environment, for all that start
# one (with an endpoint), or for one by "in_bridge_form FILE FUNCTION".
: "${FORM:=}"
in_bridge_form() { # file, without .sh; its test
	FORM=tap
	. "$TOP/tests/net/$1.sh"
	! declare -f setup >/dev/null || setup
	"$2"
}

# Starts the daemon in ns host and waits until it is ready. $VMNET is its pid.
launch_vmnet() { # arguments
	: >>$LOG
	ip netns exec host "${SERVICE[@]}" "$PROGRAM" "$@" ${FORM:+tap://} >>$LOG 2>&1 & # not by in_ns: $! is the daemon itself
	VMNET=$!
}
start_vmnet() {
	local before after end n=0
	give_up_after 15 end
	: >>$LOG
	count_ready before
	launch_vmnet "$@"
	while count_ready after && [ "$after" = "$before" ]; do
		! ended $VMNET || fail "vde_vmnet ended"
		[ $SECONDS -le $end ] || fail "vde_vmnet is not ready"
		nap $((n++))
	done
}
count_ready() { # variable
	local text
	IFS= read -rd '' text <$LOG || true
	local rest=${text//ready: /}
	printf -v "$1" %d $(((${#text} - ${#rest}) / 7))
}
stop_vmnet() { # [signal]
	kill "${1:--TERM}" $VMNET
	wait_for 5 ended $VMNET
	wait $VMNET
}
worker_pid() { pgrep -f '^vde_vmnet-worker'; }
# KiB that it has asked for, which grow with what it keeps. (What of them is resident grows as tables
# and queues of a fixed size are used for the first time.)
worker_memory() { awk '/^VmData/ {print $2}' /proc/"$(worker_pid)"/status; }
worker_descriptors() { find /proc/"$(worker_pid)"/fd -type l | wc -l; }
watcher_pid() { pgrep -f '^vde_vmnet-watcher'; }
# The host process, and at once what would set back its forwarding, as when the system itself stops.
kill_with_watcher() {
	kill -STOP "$(watcher_pid)"
	kill -KILL $VMNET
	kill -KILL "$(watcher_pid)"
}
# Another than this pid.
dnsmasq_after() {
	local pid
	pid=$(dnsmasq_pid) && [ "$pid" != "$1" ]
}
dnsmasq_pid() { pgrep -f '^dnsmasq --keep-in-foreground'; }
# What the daemon counts now, of the last so many ports. They are said one by one: it is
# asked a second time, and where that begins, the first is whole.
counters() { # [ports]
	local line=$(($(wc -l <$LOG) + 1))
	kill -USR1 $VMNET
	wait_for 3 counted $line 'NR == 1'
	kill -USR1 $VMNET
	wait_for 3 counted $line 'NR > 1 && $1 == first'
	tail -n +$line $LOG | counted_ports | awk -F': in ' 'NR == 1 { first = $1 } NR > 1 && $1 == first { again = 1 } !again' | tail -"${1:-2}"
}
counted_ports() { grep 'port .*: in ' || true; }
counted() { # from-line condition-of-awk
	tail -n +"$1" $LOG | counted_ports | awk -F': in ' "NR == 1 { first = \$1 } $2 { found = 1 } END { exit !found }"
}

# A guest: a namespace whose eth0 is attached to an endpoint by an unprivileged client.
guest() { # name [locator]
	make_ns "$1" "tuntap add dev eth0 mode tap user $MACHINE_USER" 'link set eth0 up'
	ip netns exec "$1" "${AS_USER[@]}" vde_plug2tap -s "${2:-$SWITCH}" eth0 </dev/null &
	eval "PLUG_$1=$!"
	wait_for 5 carrier "$1" eth0
}
# The same for frames of any size, which vde_plug2tap cuts.
large_guest() { # name locator mtu
	make_ns "$1" "tuntap add dev eth0 mode tap user $MACHINE_USER" "link set eth0 mtu $3 up"
	ip netns exec "$1" "${AS_USER[@]}" "$TOOL" "$2" tap eth0 </dev/null &
	wait_for 5 carrier "$1" eth0
}
# The same at a socket, stream:// or seqpacket://, by a raw client.
socket_guest() { # name locator [mtu] [again]
	make_ns "$1" "tuntap add dev eth0 mode tap user $MACHINE_USER" "link set eth0 mtu ${3:-1500} up"
	ip netns exec "$1" "${AS_USER[@]}" "${TOOL%/*}/socketclient" "$2" tap eth0 ${4:+again} </dev/null &
	eval "PLUG_$1=$!"
	wait_for 5 carrier "$1" eth0
}
carrier() { [[ $(ip -n "$1" link show "$2") = *LOWER_UP* ]]; }
static_address() { # guest host-number
	ips "$1" "addr add 192.168.105.$2/24 dev eth0" "route add default via $GATEWAY"
}
static_address6() { # guest host-number
	ips "$1" "addr add $PREFIX6$2/64 dev eth0" 'route add default via fe80::1 dev eth0'
}
# A DHCPv6 client that asks whatever a router says, and writes what it is told to a file.
dhcp6() { # guest file [options]
	local guest=$1 file=$2
	shift 2
	mkdir -p /var/lib/dhcpcd
	printf '#!/bin/sh\n[ -z "$new_dhcp6_ia_na1_ia_addr1" ] || env >%s\n' "$file" >"$file".sh
	chmod +x "$file".sh
	printf '%s\n' duid ipv6only noipv6rs 'ia_na 1' 'option dhcp6_name_servers, dhcp6_domain_search' >"$file".conf
	rm -f "$file"
	exec ip netns exec "$guest" dhcpcd -B -f "$file".conf -c "$file".sh "$@" eth0
}
# Leases an address by DHCPv6; the client goes on.
lease6() { # guest
	wait_for 5 has_address6 "$1" eth0 fe80:
	dhcp6 "$1" /tmp/"$1".lease6 >/tmp/"$1".dhcp6 2>&1 &
	wait_for 20 test -s /tmp/"$1".lease6
	wait_for 5 has_address6 "$1" eth0 "$(leased6 "$1" address)"
}
leased6() { # guest address|name_servers|domain_search
	sed -n "s/^new_dhcp6_${2/#address/ia_na1_ia_addr1}=//p" /tmp/"$1".lease6
}
# Leases an address by DHCP and configures it; the client goes on (pid in /tmp/GUEST.udhcpc).
lease() { # guest [udhcpc options]
	local guest=$1
	shift
	cat >/tmp/udhcpc.sh <<-'SCRIPT'
		#!/bin/sh
		case $1 in bound|renew)
			{
				echo addr replace $ip/$mask dev $interface
				echo link set $interface mtu ${mtu:-1500}
				[ -z "$router" ] || echo route replace default via ${router%% *}
			} | ip -batch -
			env >/tmp/$GUEST.lease; echo $1 >>/tmp/$GUEST.events ;;
		esac
	SCRIPT
	chmod +x /tmp/udhcpc.sh
	rm -f /tmp/"$guest".lease
	GUEST=$guest in_ns "$guest" udhcpc -i eth0 -s /tmp/udhcpc.sh -O mtu -O domain -x hostname:"$guest" \
		-p /tmp/"$guest".udhcpc -f -t 20 -T 1 -n "$@" >/tmp/"$guest".dhcp 2>&1 &
	wait_for 20 test -s /tmp/"$guest".lease
}
leased() { sed -n "s/^$2=//p" /tmp/"$1".lease; }
# One packet, and its answer.
pings() { in_ns "$1" ping -c1 -W$PATIENCE -n "${@:2}"; } # ns [options] address
reaches() { pings "$1" "$2"; }
# So many echo requests, one in so many milliseconds; what ping says goes to the file. After its last
# one, ping waits only for two of its round trips, whatever -W says: so it sends a second's more.
echo_requests() { # file count milliseconds ns [options] address
	in_ns "$4" ping -n -W 30 -i "$(printf 0.%03d "$3")" -c $(($2 + 1000 / $3)) "${@:5}" >"$1"
}
# How many of the first ones were answered, however late.
answered() { # file count
	awk -F'icmp_seq=' -v count="$2" '/time=/ && $2 + 0 <= count && !seen[$2 + 0]++ { n++ } END { print n + 0 }' "$1"
}
all_answered() { [ "$(answered "$1" "$2")" = "$2" ]; } # file count
# The first line of what a server (an address of socat's) answers.
answer_of() { # ns server
	local line
	read -r -t 30 line < <(echo x | in_ns "$1" socat -t30 - "$2" 2>/dev/null) && echo "$line"
}
listens() { in_ns "$1" ss -Hln"$2" "sport = :$3" | grep . >/dev/null; } # ns t|u port

# A stream, with a server of its own: one that is not yet through with the last client
# hangs up on the next.
stream() { # client-ns server-ns address [options]
	in_ns "$2" iperf3 -s -1 -B "$3" >/tmp/iperf.server 2>&1 &
	local server=$!
	wait_for 5 listens "$2" t 5201
	timeout 100 ip netns exec "$1" iperf3 -c "$3" "${@:4}" >/tmp/iperf 2>&1 || fail "iperf3 ${*:4}: $(cat /tmp/iperf)"
	wait $server
}

# What tcpdump sees, in a file, from when it listens on; FILE.err is what it says (not what an earlier
# one said). $! waits for it: tcpdump itself prints an empty line when it is ended.
dump() { # file ns options and filter...
	rm -f "$1" "$1.err"
	in_ns "$2" tcpdump -n -l "${@:3}" >"$1" 2>"$1.err" &
	wait_for 5 grep -q 'listening on' "$1.err"
}

# Counters of the kernel that tell of a frame that nobody should have been given.
bad_counters() { # ns...
	local ns
	for ns; do
		in_ns "$ns" nstat -asz TcpInErrs TcpInCsumErrors UdpInCsumErrors IpInHdrErrors IpInTruncatedPkts \
			TcpExtTCPMD5Failure IcmpInCsumErrors \
			Ip6InHdrErrors Ip6InTruncatedPkts Icmp6InCsumErrors Udp6InCsumErrors | awk -v ns="$ns" '!/^#/ && $2 > 0 {print ns, $1, $2}'
	done
}

# All that a start could leave behind, as text.
snapshot() {
	in_ns host sh -c 'ip -o link; ip -o addr; ip route show table all; nft -s list ruleset; sysctl -a 2>/dev/null || true' |
		grep -vE 'neigh|fastopen_key|random|nf_conntrack_count|valid_lft|fs\.|kernel\.|nf_conntrack_max|netfilter' |
		sed 's/ \(cache\|expires\) .*//; s/qdisc [a-z_]* //'
	find /run /tmp /var/tmp -type s -o -name '*vde_vmnet*' -o -name '*.state' | sed '/^\/tmp\/sw/d; /^\/run\/dhcpcd/d' | sort
	ps -eo user,args | grep -E 'vde_vmnet|dnsmasq --keep' | grep -vE "grep|tapclient" || true
}
# What the kernel adds by itself a moment after a device is up, is there.
before() {
	wait_for 3 carrier host up0
	[ "$(in_ns host cat /proc/sys/net/ipv6/conf/up0/disable_ipv6 2>/dev/null)" != 0 ] || wait_for 3 has_address6 host up0 fe80:
	snapshot >/tmp/before
}
same_as_before() {
	snapshot >/tmp/after
	diff /tmp/before /tmp/after
}

. "$1"
declare -f setup >/dev/null && setup
"$2"
