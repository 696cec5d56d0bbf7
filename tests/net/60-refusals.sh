# SPDX-License-Identifier: GPL-2.0-or-later
# Every refusal: one line, the status, and a host that is as it was.

setup() {
	topology
	start_switch
	before
}

# refused STATUS 'pattern of the line' arguments…
refused() {
	local status=0 wanted=$1 pattern=$2
	shift 2
	timeout 60 ip netns exec host "$PROGRAM" "$@" >/tmp/out 2>/tmp/err || status=$?
	[ $status = "$wanted" ] || fail "$*: status $status instead of $wanted: $(cat /tmp/err)"
	[ "$(wc -l </tmp/err)" = 1 ] || fail "$*: more than one line: $(cat /tmp/err)"
	grep -qE -- "$pattern" /tmp/err || fail "$*: $(cat /tmp/err)"
	snapshot >/tmp/after
	diff /tmp/before /tmp/after || fail "$*: the host changed"
	refute test -e /run/vde_vmnet
}

test_options() {
	refused 2 '--nonsense: unknown option' --nonsense $SWITCH
	refused 2 '-x: unknown option' -x $SWITCH
	refused 2 'not an IPv6 prefix' --vmnet-nat66-prefix=fd00 $SWITCH
	refused 2 '--vmnet-nat66-prefix=2001:db8::: not a unique local prefix' --vmnet-nat66-prefix=2001:db8:: $SWITCH
	refused 2 'a prefix has 64 bits here' --vmnet-nat66-prefix=fd00::/48 $SWITCH
	refused 2 'has bits set after the first 64' --vmnet-nat66-prefix=fd00::1 $SWITCH
	refused 2 'contradict each other' --vmnet-nat66-prefix=fd00:: --ipv6=off $SWITCH
	refused 2 'use auto or off' --ipv6=yes $SWITCH
	refused 2 '--vmnet-mask: needs a value' --vmnet-mask
	refused 2 '--check=1: takes no value' --check=1 $SWITCH
	refused 2 'bridged needs --vmnet-interface' --vmnet-mode=bridged $SWITCH
	refused 2 'not a mode' --vmnet-mode=nat $SWITCH
	refused 2 'only for --vmnet-mode=bridged' --vmnet-interface=up0 $SWITCH
	refused 2 'only for --vmnet-mode=host' --vmnet-network-identifier=1b4e28ba-2fa1-11d2-883f-b9a761bde3fb $SWITCH
	refused 2 '--vmnet-gateway=192.168.105: not an IPv4 address' --vmnet-gateway=192.168.105 $SWITCH
	refused 2 'not an IPv4 address' --vmnet-gateway 192.168.105.256 $SWITCH
	refused 2 'network or broadcast' --vmnet-gateway=10.0.0.0 $SWITCH
	refused 2 'not an address a host can have' --vmnet-gateway=224.0.0.1 $SWITCH
	refused 2 'no address after the gateway' --vmnet-gateway=10.0.0.254 $SWITCH
	refused 2 '--vmnet-mask needs --vmnet-gateway' --vmnet-mask=255.255.0.0 $SWITCH
	refused 2 '--vmnet-dhcp-end needs --vmnet-gateway' --vmnet-dhcp-end=192.168.105.9 $SWITCH
	refused 2 'not a subnet mask' --vmnet-gateway=10.0.0.1 --vmnet-mask=255.0.255.0 $SWITCH
	refused 2 'must be between' --vmnet-gateway=10.0.0.1 --vmnet-mask=255.255.255.254 $SWITCH
	refused 2 'outside the gateway' --vmnet-gateway=10.0.0.1 --vmnet-dhcp-end=10.0.1.9 $SWITCH
	refused 2 'before its start' --vmnet-gateway=10.0.0.9 --vmnet-dhcp-end=10.0.0.8 $SWITCH
	refused 2 '--dhcp-host: the address 10.0.0.1 is the gateway' --vmnet-gateway=10.0.0.1 --dhcp-host=52:54:00:00:00:0a,10.0.0.1 $SWITCH
	refused 2 '--dhcp-host and --vmnet-disable-dhcp cannot be used together' --vmnet-disable-dhcp --vmnet-gateway=10.0.0.1 --dhcp-host=52:54:00:00:00:0a,10.0.0.2 $SWITCH
	refused 2 'a lease must last from 2 minutes' --dhcp-lease-time=1m $SWITCH
	refused 2 "'a b' is not a domain" "--domain=a b" $SWITCH
	refused 2 'not an address that a server can have' --dns=127.0.0.53 $SWITCH
	refused 2 'not a UUID' --vmnet-interface-id=1b4e28ba $SWITCH
	refused 2 'not a number of bytes' --mtu=9 $SWITCH
	refused 2 'carries at most 1500' --mtu=9000 $SWITCH
	refused 2 '--ipv6 cannot be used with --vmnet-mode=bridged' --vmnet-mode=bridged --vmnet-interface=up0 --ipv6=off $SWITCH
	refused 2 '--check and --cleanup cannot be used together' --cleanup --check
	refused 2 '--cleanup takes no endpoint' --cleanup $SWITCH
	refused 2 '--vmnet-dhcp-end=10.0.1.9 with a /24' --vmnet-gateway=10.0.0.1 --vmnet-dhcp-end=10.0.1.9 $SWITCH
	refused 2 'no such group; groupadd --system vde-vmnet creates it, as does make install with systemd' --vde-group=vde-vmnet $SWITCH
	refused 2 'error, warning, info or debug' --log-level=loud $SWITCH
	refused 2 'auto, own or print' --firewall=no $SWITCH
	refused 2 '--nat-ports=61000: not a range of ports; use one like 61000-65535' --nat-ports=61000 $SWITCH
	refused 2 '--nat-ports=22-1023: NAT must not use privileged ports; start at 1024' --nat-ports=22-1023 $SWITCH
	refused 2 '--nat-ports=5000-5010: needs at least 64 ports' --nat-ports=5000-5010 $SWITCH
	refused 2 '--nat-ports is only for --vmnet-mode=shared' --vmnet-mode=host --nat-ports=61000-65535 $SWITCH
	refused 2 'a name has' --name=a/b $SWITCH
	refused 2 'a name has' "--name=a
b" $SWITCH
	refused 2 'no such user' --user=nobodyatall $SWITCH
	refused 2 'the worker never runs as root' --user=root $SWITCH
	refused 2 'no such group' --user=nobody:nogroupatall $SWITCH
	refused 2 'no such group' --vde-group=nogroupatall $SWITCH
	refused 2 'no such group' --socket-group=nogroupatall $SWITCH
	refused 2 'given twice' $SWITCH $SWITCH
	refused 2 'given twice' tap:// tap://
	refused 2 "in /run/vde_vmnet such a socket must be called NAME.tap" tap:///run/vde_vmnet/other.tap
	refused 2 'its directory does not exist' tap:///tmp/absent/tap
	refused 2 'exists and is not a socket' tap:///etc/passwd
	refused 2 "'cmd' is not a kind of endpoint" cmd://ls
	refused 2 "'serial' is not a kind of endpoint" serial:///tmp/x
	refused 2 'only has room for' "/tmp/$(printf 'x%.0s' $(seq 120))"
	refused 2 'its directory does not exist' ptp:///tmp/absent/points/p2p
	refused 2 'pidfile=/tmp/absent/pid: No such' --pidfile=/tmp/absent/pid $SWITCH
}

test_configuration_files() {
	refused 2 'No such file' --config=/tmp/absent $SWITCH
	refused 2 'not a regular file' --config=/tmp $SWITCH
	printf '# comment\n\nmtu = 1400\nvmnet-gatway=10.0.0.1\n' >/tmp/conf
	refused 2 '/tmp/conf:4: vmnet-gatway: unknown option; a line is OPTION=VALUE' --config=/tmp/conf $SWITCH
	printf 'vmnet-gateway=10.0.0\n' >/tmp/conf
	refused 2 '/tmp/conf:1: vmnet-gateway=10.0.0: not an IPv4 address' --config=/tmp/conf $SWITCH
	printf 'check\n' >/tmp/conf
	refused 2 '/tmp/conf:1: check: only allowed on the command line' --config=/tmp/conf $SWITCH
}

test_privilege() {
	local status=0
	in_ns host setpriv --reuid=nobody --regid=nogroup --clear-groups --bounding-set=-all "$PROGRAM" $SWITCH >/tmp/out 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect grep -q 'CAP_NET_ADMIN.*sudo' /tmp/err
	status=0
	# Capabilities, but no right to /run: the directory is named.
	in_ns host setpriv --reuid=nobody --regid=nogroup --clear-groups --inh-caps=+net_admin,+net_raw,+net_bind_service \
		--ambient-caps=+net_admin,+net_raw,+net_bind_service "$PROGRAM" $SWITCH >/tmp/out 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect grep -q 'cannot create /run/vde_vmnet: Permission denied' /tmp/err
}

test_missing_parts() {
	rm /dev/net/tun
	refused 3 '/dev/net/tun: No such file' $SWITCH
	refused 3 '/dev/net/tun: No such file' --check $SWITCH
	mknod -m 666 /dev/net/tun c 10 200
	: >/tmp/empty
	for file in /usr/sbin/dnsmasq /usr/local/sbin/dnsmasq /sbin/dnsmasq /usr/bin/dnsmasq; do
		[ ! -e $file ] || mount --bind /tmp/empty $file
	done
	refused 3 'dnsmasq is not installed; install' $SWITCH
	refused 3 'dnsmasq is not installed; install' --check $SWITCH
}

test_conflicts_with_the_host() {
	# It may pass by itself: the service tries again.
	refused 1 '198.51.100.0/24 is already in use here, by the address 198.51.100.2/24 of up0' --vmnet-gateway=198.51.100.77 $SWITCH
	ip -n host route add 10.20.0.0/16 via 198.51.100.1
	snapshot >/tmp/before
	refused 1 '10.20.0.0/16 is already in use here, by the route to 10.20.0.0/16 on up0' --vmnet-gateway=10.20.0.1 --vmnet-mask=255.255.0.0 $SWITCH
	refused 1 '10.0.0.0/8 is already in use here' --vmnet-gateway=10.0.0.1 --vmnet-mask=255.0.0.0 $SWITCH
	ip -n host tuntap add dev vmnet-shared mode tap
	snapshot >/tmp/before
	refused 3 'a device vmnet-shared already exists' $SWITCH
	refused 3 'a device vmnet-shared already exists' --check $SWITCH
}

# It is not asked: nothing would come back, and no port is taken.
test_dns_port_is_free_behind_a_firewall() {
	in_ns host nft 'add table inet own; add chain inet own in { type filter hook input priority 0; policy drop; }'
	start_vmnet --firewall=own switch:///tmp/ctl
	stop_vmnet
}

test_directory_of_others() {
	mkdir -m 777 /run/vde_vmnet
	local status=0
	in_ns host "$PROGRAM" $SWITCH 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect grep -q 'others can write to /run/vde_vmnet.*chmod go-w /run/vde_vmnet' /tmp/err
	chown daemon /run/vde_vmnet
	local mode action
	for mode in 755 711; do # the second is the service's
		chmod $mode /run/vde_vmnet
		for action in '' --check --cleanup; do
			status=0
			in_ns host "$PROGRAM" $action 2>/tmp/err || status=$?
			expect [ $status = 3 ]
			expect [ "$(wc -l </tmp/err)" = 1 ]
			expect grep -q '/run/vde_vmnet belongs to another user, as the service leaves it' /tmp/err
		done
	done
	rmdir /run/vde_vmnet
	ln -s /tmp /run/vde_vmnet
	status=0
	in_ns host "$PROGRAM" $SWITCH 2>/tmp/err || status=$?
	expect [ $status = 3 ]
}

# Room for a directory, for one file more, for two; and for no byte.
test_full_directory() {
	local room what
	mkdir /run/vde_vmnet
	while read -r room what; do
		mount -t tmpfs -o "$room",mode=711 tmpfs /run/vde_vmnet
		[ "$room" != size=4k ] || head -c 4096 /dev/zero >/run/vde_vmnet/full
		ls -A /run/vde_vmnet >/tmp/before
		local status=0
		in_ns host "$PROGRAM" $SWITCH 2>/tmp/err || status=$?
		expect [ $status = 3 ]
		expect [ "$(cat /tmp/err)" = "vde_vmnet: error: cannot $what /run/vde_vmnet/shared.state: No space left on device; free some space there" ]
		expect diff /tmp/before <(ls -A /run/vde_vmnet)
		umount /run/vde_vmnet
	done <<-'END'
		nr_inodes=1 open
		nr_inodes=2 open
		size=4k write to
	END
}

# The service's user had it, and may have left anything there.
test_state_directory_of_others() {
	mkdir -m 775 /var/lib/vde_vmnet
	mkfifo /var/lib/vde_vmnet/shared.leases
	chown -R daemon:daemon /var/lib/vde_vmnet
	local status=0
	timeout -k1 60 ip netns exec host "$PROGRAM" $SWITCH 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect grep -q '/var/lib/vde_vmnet/shared.leases: not a regular file with a single name; .*remove' /tmp/err
	expect [ "$(stat -c '%U %a' /var/lib/vde_vmnet)" = 'daemon 775' ] # as it was
	rm /var/lib/vde_vmnet/shared.leases
	start_vmnet $SWITCH
	expect [ "$(stat -c '%U %a' /var/lib/vde_vmnet)" = 'root 755' ]
	stop_vmnet
}

test_sudo_uid_that_is_no_number() {
	local SUDO_UID
	export SUDO_UID
	for SUDO_UID in nobody -1 4294967296 99999999999999999999 ''; do
		refused 2 "SUDO_UID=$SUDO_UID in the environment is not a user's number" $SWITCH
		refused 2 "SUDO_UID=$SUDO_UID in the environment is not a user's number" --check $SWITCH
	done
}

# A distribution's wrapper; and one that is killed before it serves.
replace_dnsmasq() { # script
	[ -e /usr/sbin/dnsmasq.real ] || mv /usr/sbin/dnsmasq /usr/sbin/dnsmasq.real
	printf '#!/bin/sh\n%s\n' "$1" >/usr/sbin/dnsmasq
	chmod 755 /usr/sbin/dnsmasq
}
test_dnsmasq_may_be_a_script() {
	own_system
	replace_dnsmasq 'exec /usr/sbin/dnsmasq.real "$@"'
	start_vmnet $SWITCH
	guest g1
	lease g1
	stop_vmnet
	expect log_has 'port vmnet-shared: in '
}
# One that does not say exec: no dnsmasq outlives it.
test_dnsmasq_may_be_a_script_that_waits() {
	own_system
	replace_dnsmasq '/usr/sbin/dnsmasq.real "$@"'
	start_vmnet $SWITCH
	expect pgrep -f '^/usr/sbin/dnsmasq.real --keep'
	stop_vmnet
	refute pgrep -f '^/usr/sbin/dnsmasq.real --keep'
}
test_dnsmasq_that_is_killed() {
	own_system
	replace_dnsmasq 'kill -SEGV $$'
	local status=0
	in_ns host "$PROGRAM" $SWITCH 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect grep -q 'dnsmasq cannot serve vmnet-shared: it was killed by signal 11 (Segmentation fault)' /tmp/err
	# There never was a network to count for.
	refute grep -q 'port vmnet-shared' /tmp/err
}

test_pidfile_is_no_way_in() {
	echo precious >/tmp/file
	ln -s /tmp/file /tmp/pid
	refused 2 'is a symbolic link' --pidfile=/tmp/pid $SWITCH
	refused 2 'not one of our pidfiles' --pidfile=/etc/passwd $SWITCH
	expect [ "$(cat /tmp/file)" = precious ]
}

test_check_prints_the_plan_and_changes_nothing() {
	in_ns host "$PROGRAM" --check --mtu=1400 $SWITCH >/tmp/plan
	cat /tmp/plan
	expect grep -q 'device     vmnet-shared, MAC .*, MTU 1400' /tmp/plan
	expect grep -q 'gateway    192.168.105.1/24' /tmp/plan
	expect grep -q 'uplinks    up0' /tmp/plan
	snapshot >/tmp/after
	expect diff /tmp/before /tmp/after
	refute test -e /run/vde_vmnet
	start_vmnet $SWITCH
	local status=0
	in_ns host "$PROGRAM" --check $SWITCH 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect grep -q "named 'shared' is running already" /tmp/err
}

test_help_and_version() {
	in_ns host "$PROGRAM" --help >/tmp/help
	"$PROGRAM" -h | diff /tmp/help -
	"$PROGRAM" -hv | diff /tmp/help -
	"$PROGRAM" -v >/tmp/version
	"$PROGRAM" -vh | diff /tmp/version -
	expect grep -qE '^vde_vmnet [0-9]+\.[0-9]+' /tmp/version
	# Every option of --help is in the manual, and the other way round.
	sed 's/\\-/-/g' "$TOP/man/vde_vmnet.8" >/tmp/manual
	local option
	for option in $(grep -oE -- '--[a-z][a-z0-9-]+' /tmp/help | sort -u); do
		expect grep -q -- "$option" /tmp/manual
	done
	for option in $(grep -A1 '^\.TP' /tmp/manual | grep -oE -- '--[a-z][a-z0-9-]+' | sort -u); do
		expect grep -q -- "$option" /tmp/help
	done
}

test_what_is_told_but_not_written() {
	local action status
	for action in --help --version --check '--vmnet-interface=?'; do
		status=0
		in_ns host "$PROGRAM" "$action" >/dev/full 2>/tmp/err || status=$?
		expect [ $status = 1 ]
		expect [ "$(cat /tmp/err)" = 'vde_vmnet: error: cannot write to standard output' ]
	done
}

# Limits are the caller's, by sudo too: what he could not kill does not die of them.
test_limits_of_the_caller_kill_nothing() {
	printf '#!/bin/sh\nulimit -S -f 0\nulimit -S -t 60\nexec %s "$@"\n' "$PROGRAM" >/tmp/limited
	chmod 755 /tmp/limited
	PROGRAM=/tmp/limited start_vmnet --pidfile=/tmp/pid $SWITCH
	expect [ "$(awk '/^Max (cpu time|file size)/ { print $4, $5 }' /proc/$VMNET/limits | sort -u)" = 'unlimited unlimited' ]
	expect [ "$(cat /tmp/pid)" = $VMNET ]
	stop_vmnet
}

# As a kernel is that was built without a part of nftables: made up, for this one has them all.
test_a_kernel_without_a_part_of_nftables() {
	cc -shared -fPIC -o /tmp/without.so -x c - <<-'CODE'
		#define _GNU_SOURCE
		#include <dlfcn.h>
		#include <stdlib.h>
		#include <string.h>
		int nft_run_cmd_from_buffer(void *context, const char *commands)
		{
			int (*run)(void *, const char *) =
				(int (*)(void *, const char *))dlsym(RTLD_NEXT, "nft_run_cmd_from_buffer");
			return run(context, strstr(commands, getenv("WITHOUT")) ? "list table inet none" : commands);
		}
	CODE
	printf '#!/bin/sh\nLD_PRELOAD=/tmp/without.so exec %s "$@"\n' "$PROGRAM" >/tmp/preloaded
	chmod 755 /tmp/preloaded
	PROGRAM=/tmp/preloaded
	local check
	for check in '' --check; do
		WITHOUT='fib ' refused 3 "nftables does not support 'fib', which our rules need; try: modprobe nft_fib_inet" $check $SWITCH
		WITHOUT='reject with' refused 3 "does not support 'reject', .*nft_reject_inet" $check --vmnet-mode=host $SWITCH
		WITHOUT='masquerade' refused 3 "does not support 'masquerade', .*nft_masq" $check $SWITCH
	done
}
