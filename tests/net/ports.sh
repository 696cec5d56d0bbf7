# SPDX-License-Identifier: GPL-2.0-or-later
# What tests of forwarded ports share. Outside, in0 is the link of the clients.

HOST=198.51.100.2 HOST6=2001:db8:1::2 OUTSIDE=198.51.100.1 OUTSIDE6=2001:db8:1::1
MAC1=52:54:00:00:00:01

start() {
	start_vmnet --user=$MACHINE_USER --vmnet-gateway=$GATEWAY --vmnet-nat66-prefix=$PREFIX6 "$@" switch://$SWITCH
}
CONF=/tmp/vmnet.conf
write_conf() { # lines
	printf '%s\n' "vmnet-gateway=$GATEWAY" "endpoint=switch://$SWITCH" "$@" >$CONF
}
start_service() {       # with what was written
	local SERVICE=(setsid) # without a terminal, whose end SIGHUP could tell
	start_vmnet --user=$MACHINE_USER --config=$CONF
}
reload() { # [line of the log that says how it went]
	local line=${1:-vmnet.conf was reloaded} before
	before=$(log_count "$line")
	kill -HUP $VMNET
	wait_for 10 eval "[ \$(log_count '$line') -gt $before ]"
}
guest_at() { # guest host-number
	guest "$1"
	in_ns "$1" sysctl -qw net.ipv6.conf.eth0.dad_transmits=0
	static_address "$1" "$2"
	ip -n "$1" addr add $PREFIX6"$2"/64 dev eth0
	ip -n "$1" route replace default via fe80::1 dev eth0
	wait_for 5 reaches "$1" $GATEWAY
	wait_for 5 reaches "$1" fe80::1%eth0
}
serve() { # guest port...
	rm -f /tmp/"$1".serves
	in_ns "$1" python3 "$TOP"/tests/net/portserver.py /tmp/"$1".serves "${@:2}" &
	eval "SERVER_$1=$!"
	wait_for 5 test -s /tmp/"$1".serves
}
ask() { in_ns "$1" python3 "$TOP"/tests/net/portclient.py "${@:2}"; } # ns tcp|udp address port [bytes [seconds [from]]]
sees() {                                                              # what ask prints, its arguments
	local seen
	seen=$(ask "${@:2}") && [ "$seen" = "$1" ] || {
		echo "${*:2}: '$seen', not '$1'"
		return 1
	}
}
# Nobody answers, and of TCP that is said at once.
closed() { ! ask "$1" "$2" "$3" "$4" 10 1 >/dev/null 2>&1; }
