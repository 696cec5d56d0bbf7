# SPDX-License-Identifier: GPL-2.0-or-later
# TAPs that were handed out at tap://, as ports of the control socket and of vde_vmnetctl: who they
# are of, what passes and what does not, and what can be done about them.
#
#   guest t1, t2 ─ eth0 ═ vmnettapN ─┐
#   guest g1 ═ our switch ═ vmnet_shared ─┴─ vmnet-shared (bridge, gateway) ─ ns host ─ up0 ── ns inet

. "$TOP/tests/net/tap.sh"

SWITCH=/tmp/our.ctl TAPS=/run/vde_vmnet/shared.tap
setup() { topology; }
begin() {
	without_br_netfilter
	start_vmnet "$@" switch://$SWITCH tap://
}

ask() { in_ns host /usr/bin/python3 tests/net/control.py /run/vde_vmnet/shared.control ask "$@"; }
ctl() { in_ns host "${PROGRAM%/*}/vde_vmnetctl" "$@"; }
of() { ask query-ports | jq -cr ".[] | select(.endpoint == \"$(told "$1" 1)\") | $2"; } # name jq-filter
has() { [ "$(of "$1" "$2")" = "$3" ]; }                                                 # name jq-filter value

test_who_and_what() {
	local holder
	begin
	guest g1 $SWITCH
	lease g1
	tap_guest t1 mac=52:54:00:12:34:56
	lease t1
	hold a queues=4
	expect [ "$(ask query-ports | jq -c 'map(.kind)')" = '["tap","switch","guest-tap","guest-tap"]' ]
	expect [ "$(ask query-ports | jq 'map(.id) | unique | length')" = 4 ]
	expect has t1 .kind guest-tap
	expect has t1 .uid "$(id -u $MACHINE_USER)"
	holder=$(pgrep -f "^/usr/bin/python3 .*tapclient.py $TAPS queues=4")
	expect has a .pid "$holder"
	expect has a .command python3
	expect has a .queues 4
	expect has t1 .queues 1
	expect has t1 '.macs | join(" ")' 52:54:00:12:34:56
	expect has t1 '.addresses | contains(["'"$(leased t1 ip)"'"])' true
	expect has t1 '[.state, .isolated, .rate, .why] | tojson' '["on",false,null,null]'
	expect has t1 '.["rx-frames"] > 1 and .["tx-bytes"] > 300' true
	expect [ "$(ask query-status | jq -c '[.ports, .guests]')" = '[4,3]' ]
	# It counts as it goes on, a second later at most.
	local before
	before=$(of t1 '.["rx-frames"]')
	expect reaches t1 $GATEWAY
	wait_for 5 has t1 ".[\"rx-frames\"] > $before" true
	ctl ports >/tmp/table
	cat /tmp/table
	expect grep -qE "^ *[0-9]+  guest-tap  $MACHINE_USER +python3 [0-9]+ .* 52:54:00:12:34:56  $(leased t1 ip) " /tmp/table
	ctl ports "$(of t1 .id)" >/tmp/port
	expect grep -qE '^Endpoint +vmnettap[0-9]+$' /tmp/port
	expect grep -qE '^State +on the network$' /tmp/port
	refute grep -q Queued /tmp/port
	# A number is nobody else's, though the TAP has the same name, and the same MAC address.
	local id
	id=$(of t1 .id)
	release t1
	wait_for 5 prints '' of t1 .id
	hold t1 mac=52:54:00:12:34:56
	expect has t1 '.macs[0]' 52:54:00:12:34:56
	refute has t1 .id "$id"
	expect has t1 '.drops' '{}'
}

# What a user executes, only those see who may change the network.
test_to_whom_it_is_shown() {
	start_vmnet --user=daemon --vde-group=games switch://$SWITCH tap://
	AS_USER=(setpriv --reuid=nobody --regid=nogroup --groups="$(getent group games | cut -d: -f3)")
	hold a
	expect has a '.pid > 0' true
	ask() { ip netns exec host setpriv --reuid=sys --regid=nogroup --groups="$(getent group games | cut -d: -f3)" /usr/bin/python3 tests/net/control.py /run/vde_vmnet/shared.control ask "$@"; }
	expect has a .uid "$(id -u nobody)"
	expect has a '[.pid, .command] | tojson' '[null,null]'
	! ask port-disconnect "{\"id\":$(of a .id)}" >/tmp/said || fail 'a reader disconnects'
	expect grep -q CommandNotAllowed /tmp/said
}

test_events() {
	begin
	in_ns host /usr/bin/python3 tests/net/control.py /run/vde_vmnet/shared.control events >/tmp/events &
	wait_for 5 grep -q ready /tmp/events
	hold a
	wait_for 5 grep -q "PORT_CONNECTED.*\"$(told a 1)\"" /tmp/events
	release a
	wait_for 5 grep -q "PORT_DISCONNECTED.*\"$(told a 1)\"" /tmp/events
	expect [ "$(grep PORT_ /tmp/events | jq -c '[.data.kind, .data.id]' | uniq | wc -l)" = 1 ]
}

test_many_at_once() {
	local n user
	start_vmnet --user=daemon --vde-group=games switch://$SWITCH tap://
	for user in 3001 3002 3003 3004; do
		for n in $(seq 16); do
			setpriv --reuid=$user --regid=nogroup --groups="$(getent group games | cut -d: -f3)" "${CLIENT[@]}" $TAPS &
		done
	done
	counts() { [ "$(ask query-ports | jq 'map(select(.kind == "guest-tap")) | map(.id) | unique | length')" = "$1" ]; }
	wait_for 60 counts 64
	expect [ "$(ask query-status | jq .ports)" = 65 ]
	# They are all there at once.
	stop_vmnet
	start_vmnet --user=daemon --vde-group=games switch://$SWITCH tap://
	expect counts 64
	expect [ "$(ask query-ports | jq -c '[.[] | select(.kind == "guest-tap") | [.state, .pid, .uid > 3000]] | unique')" = '[["on",0,true]]' ]
}

test_off_the_network() {
	begin
	tap_guest t1
	lease t1
	hold thief take=52:54:00:12:34:56
	wait_for 5 has thief .state off
	expect has thief .why 'its device had a MAC address other than its own'
	expect ctl port disconnect "$(of t1 .id)"
	expect has t1 '[.state, .why] | tojson' '["off","it was disconnected"]'
	expect [ -z "$(ip -n host -o link show "$(told t1 1)" master vmnet-shared)" ]
	refute reaches t1 $GATEWAY
	expect log_has "$(told t1 1), which was created for uid [0-9]+, was disconnected by a client of the control socket; it is off the network"
	ctl ports >/tmp/table
	expect [ "$(grep -c 'off the network$' /tmp/table)" = 2 ]
	ctl ports "$(of t1 .id)" >/tmp/port
	expect grep -qE '^State +off the network: it was disconnected$' /tmp/port
	! ctl port disconnect "$(of t1 .id)" 2>/tmp/said || fail 'twice'
	expect grep -q 'already off the network' /tmp/said
	expect [ "$(ask query-status | jq .guests)" = 0 ]
	kill -USR1 $VMNET
	wait_for 5 log_has 'TAPs taken off the network: 2'
}

test_limits() {
	begin
	tap_guest t1
	static_address t1 9
	! ctl port set "$(of t1 .id)" rate=10M 2>/tmp/said || fail 'a rate'
	expect grep -q 'a TAP cannot have a rate: the kernel moves its frames' /tmp/said
	expect ctl port set "$(of t1 .id)" rate=none
	release t1
}

guests_of_both_kinds() {
	tap_guest t1
	tap_guest t2
	guest g1 $SWITCH
	lease t1
	lease t2
	lease g1
	expect reaches t1 "$(leased t2 ip)"
	expect reaches t1 "$(leased g1 ip)"
	expect reaches g1 "$(leased t1 ip)"
}

# Apart from guests of all kinds, by the bridge and by the gateway; not from the host and outside.
test_isolated_one_by_one() {
	local id
	begin
	serve_dns
	guests_of_both_kinds
	id=$(of t1 .id)
	ctl port set "$id" isolated=on
	expect has t1 .isolated true
	refute reaches t1 "$(leased t2 ip)"
	refute reaches t2 "$(leased t1 ip)"
	refute reaches t1 "$(leased g1 ip)"
	refute reaches g1 "$(leased t1 ip)"
	expect reaches t2 "$(leased g1 ip)"
	expect reaches t1 $GATEWAY
	expect reaches t1 $SERVER
	expect reaches host "$(leased t1 ip)"
	# By way of the gateway: with a route of one's own.
	ip -n t1 route add "$(leased g1 ip)" via $GATEWAY
	ip -n g1 route add "$(leased t1 ip)" via $GATEWAY
	refute reaches t1 "$(leased g1 ip)"
	refute reaches g1 "$(leased t1 ip)"
	wait_for 5 has t1 '.drops | has("to an isolated guest, or from one")' true
	ctl port set "$id" isolated=off
	expect reaches t1 "$(leased g1 ip)"
	ip -n t1 route del "$(leased g1 ip)" via $GATEWAY
	ip -n g1 route del "$(leased t1 ip)" via $GATEWAY
	expect reaches t1 "$(leased t2 ip)"
	expect reaches g1 "$(leased t1 ip)"
	# Who has its name, and its address, next is not.
	ctl port set "$id" isolated=on
	release t1
	wait_for 5 prints '' of t1 .id
	refute grep -q "\"$(told t1 1)\"" <(in_ns host nft list table bridge vde_vmnet-shared)
	refute grep -q elements <(in_ns host nft list set inet vde_vmnet-shared apart_senders)
	tap_guest t3 mac="$(told t1 2)"
	lease t3
	expect has t3 .isolated false
	expect reaches t3 "$(leased t2 ip)"
}

test_all_are_isolated() {
	begin --isolated
	hold a
	expect has a .isolated true
	expect ctl port set "$(of a .id)" isolated=on
	! ctl port set "$(of a .id)" isolated=off 2>/tmp/said || fail 'it joins'
	expect grep -q 'this network runs with --isolated' /tmp/said
}

tell() { bytes "$*" | in_ns t1 socat -u - INTERFACE:eth0; } # a frame of t1
# Each reason, of the one it is of, and in all.
test_what_is_dropped() {
	begin
	tap_guest t1 mac=52:54:00:12:34:56
	static_address t1 9
	tap_guest t2
	static_address t2 10
	expect reaches t1 $GATEWAY
	expect has t1 '.drops | has("as the gateway")' false
	tell "ffffffffffff 525400123456 0806 0001080006040002 525400123456 c0a86901 ffffffffffff c0a86901"
	tell "ffffffffffff 525400123456 88b5 $(printf '00%.0s' {1..46})"
	tell "ffffffffffff 020000000007 0806 0001080006040001 020000000007 c0a86909 000000000000 c0a8690a"
	wait_for 5 has t1 '.drops | keys | tojson' '["as the gateway","not to be seen through","with another MAC address than its own"]'
	expect has t2 '.drops | has("as the gateway")' false
	wait_for 10 log_has "guests on TAPs posing as the gateway: 1 frames from $(told t1 1) were dropped; give"
	kill -USR1 $VMNET
	wait_for 5 log_has 'guests on TAPs posing as the gateway: 1 frames dropped'
	expect log_has 'guests on TAPs using a MAC address other than the one they were given: [0-9]+ frames dropped'
	ctl ports "$(of t1 .id)" >/tmp/port
	expect grep -qE '^ +1 as the gateway$' /tmp/port
}

# As with Docker: what the bridge passes from guest to guest goes through the rules for what is
# forwarded, too. Ours let it pass, in both modes.
filters_bridges() {
	[ -e /proc/sys/net/bridge/bridge-nf-call-iptables ] || skip 'this kernel has no br_netfilter'
	in_ns host sysctl -qw net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1
}
test_rules_of_ours_hold_for_bridges() {
	begin
	filters_bridges
	guests_of_both_kinds
	expect reaches t1 $SERVER
}
test_rules_of_ours_hold_for_bridges_in_mode_host() {
	start_vmnet --vmnet-mode=host switch://$SWITCH tap://
	TAPS=/run/vde_vmnet/host.tap
	filters_bridges
	guests_of_both_kinds
	refute reaches t1 $SERVER
}
test_others_drop_what_is_forwarded() {
	begin
	in_ns host iptables -P FORWARD DROP
	filters_bridges
	wait_for 15 log_has 'FORWARD would drop'
	guests_of_both_kinds
	expect reaches t1 $SERVER
}
test_others_drop_what_is_forwarded_in_mode_host() {
	start_vmnet --vmnet-mode=host switch://$SWITCH tap://
	TAPS=/run/vde_vmnet/host.tap
	in_ns host iptables -P FORWARD DROP
	filters_bridges
	wait_for 15 log_has 'FORWARD would drop'
	guests_of_both_kinds
}
