# SPDX-License-Identifier: GPL-2.0-or-later
# vde_vmnetctl and real networks. What none would say: 58-ctl.
. "$TOP/tests/net/users.sh"
. "$TOP/tests/net/ctl.sh"

setup() {
	topology
	start_ours
}
port_of_guest() {
	ctl root ports --json
	jq '.[] | select(.kind == "switch") | .id' /tmp/out
}
has_no_guest() { [ -z "$(port_of_guest)" ]; }

test_what_there_is() {
	guest g1
	lease g1
	expect reaches g1 $GATEWAY
	local address
	address=$(leased g1 ip)
	ends_with 0 root
	says '^shared +running +shared +192\.168\.105\.0/24 +vmnet-shared +2 +1 +'
	ends_with 0 root status
	says "^Running .*, pid $VMNET, version "
	says '^Uplinks +up0$'
	says "^Endpoints +switch://$SWITCH \(open\)$"
	says "^QEMU +-netdev vde,id=net0,sock=$SWITCH$"
	ends_with 0 root ports
	says "switch +sys +vde_plug2tap $PLUG_g1 +$(in_ns g1 cat /sys/class/net/eth0/address) +"
	says "$address"
	ends_with 0 root ports "$(port_of_guest)"
	says '^Command +vde_plug2tap: user='
	ends_with 0 root leases
	says "^$address +g1 +$(in_ns g1 cat /sys/class/net/eth0/address) +in (1 h|59 min) +"
}

test_who_may_what() {
	local port
	guest g1
	port=$(port_of_guest)
	ends_with 4 outsider status
	complains 'only root and group games may use it '
	ends_with 0 outsider list
	says '^shared +not allowed$'
	ends_with 0 reader list
	says '^shared +running'
	ends_with 0 reader ports
	says "vde_plug2tap $PLUG_g1 " # his own
	ends_with 4 reader log-level debug
	complains 'only root, .* may use log-level$'
	ends_with 4 reader port disconnect "$port"
	ends_with 4 reader stop
	ends_with 0 changer log-level debug
	ends_with 0 changer port set "$port" isolated=on
	ends_with 0 changer ports
	says ' isolated$'
	ends_with 4 reader port set "$port" rate=1M
	complains 'only root, .* may use port-set$'
	ends_with 0 changer port set "$port" rate=10M
	ends_with 0 changer ports
	says ' isolated, 10 Mbit/s$'
	ends_with 1 changer port set "$port" rate=7999 isolated=off
	complains 'a rate must be from 8000 to 1000000000000 bits per second'
	ends_with 0 changer port set "$port" isolated=off
	ends_with 0 changer ports "$port"
	says '^Limits +10 Mbit/s$'
	ends_with 0 changer port set "$port" rate=none
	ends_with 0 changer ports
	refute grep -q 'bit/s' /tmp/out
	ends_with 1 changer reload
	complains 'started without --config'
	ends_with 1 changer port disconnect 99999
	complains 'there is no port 99999'
	ends_with 0 changer port disconnect "$port"
	wait_for 5 has_no_guest
}

test_monitor() {
	ip netns exec host "${READER[@]}" "$CTL" monitor >/tmp/events 2>/tmp/monitor &
	local monitor=$! status=0
	wait_for 5 monitored
	guest g1
	wait_for 5 grep -q ' port connected .* kind switch .* uid 3' /tmp/events
	kill "$PLUG_g1"
	wait_for 5 grep -q ' port disconnected ' /tmp/events
	ends_with 0 root stop
	wait $monitor || status=$?
	expect [ $status = 3 ]
}
monitored() { in_ns host ss -Hx src /run/vde_vmnet/shared.control | grep ESTAB; }

# And another can begin at once.
test_stop_leaves_nothing() {
	ends_with 0 root stop
	says "^Network 'shared' has stopped\.$"
	refute test -e /run/vde_vmnet
	refute ip -n host link show vmnet-shared
	wait $VMNET
	ends_with 3 root stop
	start_vmnet switch://$SWITCH
	ends_with 0 root status
}

test_of_two_networks_one_is_named() {
	start_vmnet --name=lab switch:///tmp/lab.ctl
	ends_with 0 root status
	says '^Network +shared$'
	ends_with 0 root --name=lab status
	says '^Network +lab$'
	ends_with 0 outsider list --json
	expect [ "$(jq -rc 'map(.name)' /tmp/out)" = '["lab","shared"]' ]
}

test_one_that_was_killed() {
	kill_with_watcher
	wait_for 5 ended $VMNET
	wait_for 5 killed
	ends_with 3 root status
	complains "'shared' is not running: it was killed"
	ends_with 0 root list
	says '^shared +not running$'
}
killed() { ! pgrep -f '^vde_vmnet-worker'; }
