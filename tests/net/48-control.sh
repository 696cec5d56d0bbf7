# SPDX-License-Identifier: GPL-2.0-or-later
# The control socket (vde_vmnet-protocol(7)): what it tells and does, and for whom.
. "$TOP/tests/net/users.sh"
. "$TOP/tests/net/tap.sh"
TAPS=/run/vde_vmnet/shared.tap

setup() { topology; }
ask() { as root ask "$@"; }
says() { # jq-filter expected command [arguments]
	local said
	said=$(ask "${@:3}") || fail "${*:3}: $said"
	[ "$(jq -cr "$1" <<<"$said")" = "$2" ] || {
		echo "$1 of ${*:3}: $(jq -c "$1" <<<"$said")"
		return 1
	}
}
port_of() { ask query-ports | jq ".[] | select(.macs | index(\"$(mac_of "$1")\")) | .id"; }
mac_of() { in_ns "$1" cat /sys/class/net/eth0/address; }
has_port() { [ -n "$(port_of "$1")" ]; }

test_it_tells_what_there_is() {
	start_ours
	guest g1
	lease g1
	expect reaches g1 $GATEWAY
	says .vde_vmnet.major 0 query-version
	says '.qemu | keys | join(",")' major,micro,minor query-version
	says 'map(.name) | contains(["query-status","quit"])' true query-commands
	says .name shared query-status
	says .mode shared query-status
	says .device vmnet-shared query-status
	says .pid $VMNET query-status
	says .mtu 1500 query-status
	says .isolated false query-status
	says .gateway $GATEWAY query-status
	says .subnet 192.168.105.0/24 query-status
	says .prefix6 $PREFIX6/64 query-status
	says .domain vmnet.internal query-status
	says '.endpoints[0].locator' switch://$SWITCH query-status
	says '.endpoints[0].state' open query-status
	says .ports 2 query-status
	says .guests 1 query-status
	says '.uplinks | join(",")' up0 query-status
	says .socket vde,id=net0,sock=$SWITCH query-status
	says 'map(.kind) | join(",")' tap,switch query-ports
	says '.[1].uid' "$(id -u sys)" query-ports
	says '.[1].command | startswith("vde_plug2tap")' true query-ports
	says '.[1].macs | join(",")' "$(mac_of g1)" query-ports
	says '.[1].addresses | contains(["'"$(leased g1 ip)"'"])' true query-ports
	says '.[1] | .["rx-frames"] > 3 and .["tx-bytes"] > 100 and .rate == null' true query-ports
	says '.[1].queue.bytes' 0 query-ports
	says '.[0].mac' "$(mac_of g1)" query-leases
	says '.[0].address' "$(leased g1 ip)" query-leases
	says '.[0].name' g1 query-leases
	says '.[0]["expires-seconds"] | . > 3000 and . <= 3600' true query-leases
	# Of a frame that was dropped, why.
	in_ns g1 ip addr add $GATEWAY/32 dev eth0
	in_ns g1 ping -c1 -W1 -I $GATEWAY 192.168.105.99 >/dev/null 2>&1 || true
	wait_for 5 says '.[1].drops["as the gateway"] > 0' true query-ports
}

# As on the wire: a command that is refused does not begin the session, and an id of any kind is
# in the answer as it was.
test_the_greeting_and_ids() {
	start_ours
	local id ids=(null true 0 -7 1.5 '"a \"b\" é"' '[]' '[1,{"a":null}]' '{"a":{"b":"c"}}')
	{
		printf '%s' '{"execute":"query-version","id":"before"}' '{"execute":"qmp_capabilities","arguments":{"enable":["oob"]},"id":"oob"}'
		printf '%s' '{"execute":"query-version","id":"still"}' '{"execute":"qmp_capabilities","arguments":{"enable":[]},"id":"now"}'
		for id in "${ids[@]}"; do printf '{"id":%s,"execute":"query-version"}' "$id"; done
		printf '%s' '{"exec-oob":"query-version","id":"out"}' '{"execute":"query-version","id":"x","x":1}'
	} | as_user socat -t5 - UNIX:$CONTROL >/tmp/said
	expect [ "$(head -1 /tmp/said | jq -c .QMP.capabilities)" = '[]' ]
	sed 1d /tmp/said | jq -c '[.id, .error.class]' >/tmp/answers
	{
		printf '%s\n' '["before","CommandNotFound"]' '["oob","GenericError"]' '["still","CommandNotFound"]' '["now",null]'
		for id in "${ids[@]}"; do printf '[%s,null]\n' "$id"; done
		printf '%s\n' '["out","GenericError"]' '["x","GenericError"]'
	} | diff /tmp/answers - || fail '< was answered, > should be'
	expect grep -q "there is no capability 'oob'" /tmp/said
}

# What vde_vmnet-protocol(7) shows, a message a line: a line that is broken there goes on here.
messages() {
	sed 's/\\-/-/g' man/vde_vmnet-protocol.7 | awk '/^\.SH TAPS/ {over = 1} over {next} /^\.nf/ {inside = 1} /^\.fi/ {inside = 0} !inside {next}
		/^(->|<-) / {printf "%s%s", n++ ? "\n" : "", $0; next} n && /^    / {printf "%s", $0} END {print ""}'
}
# The names in an object, however deep, but for those that are said to be left out at times.
names() { jq -c '(if type == "array" then .[0] else . end) | del(.drops, .["client-id"]) |
	[paths | map(if type == "number" then 0 else . end) | map(tostring) | join(".")] | unique'; }

# Each command stands there, and each example is so.
test_the_manual_is_right() {
	start_vmnet --user=daemon --vde-group=games --control-group=tape --vmnet-nat66-prefix=$PREFIX6 --hostfwd=tcp::2221-192.168.105.5:22 \
		switch://$SWITCH tap://
	local sent='' direction message command kind n=0
	guest g1
	lease g1
	expect reaches g1 $GATEWAY
	AS_USER=()
	tap_guest g2
	lease g2
	expect reaches g2 $GATEWAY
	messages >/tmp/messages
	ask query-commands | jq -r '.[].name' | sort >/tmp/commands
	sed -n 's/^-> //p' /tmp/messages | jq -r .execute | sort -u | diff /tmp/commands - || fail '< there are, > have an example'
	while read -r direction message; do
		if [ "$direction" = '->' ]; then
			sent=$message
			continue
		fi
		jq -e . <<<"$message" >/dev/null || fail "no JSON: $message"
		[ -n "$sent" ] || continue
		command=$(jq -r .execute <<<"$sent")
		[ "$command" != quit ] && [ "$command" != reload ] && [ "$command" != qmp_capabilities ] || continue
		as root ask "$command" "$(jq -c .arguments <<<"$sent")" >/tmp/said || true
		if [ "$command" = query-ports ]; then
			kind=$(jq -r '.return[0].kind' <<<"$message")
			jq --arg kind "$kind" 'map(select(.kind == $kind))' /tmp/said >/tmp/guests && mv /tmp/guests /tmp/said
		fi
		expect [ "$command $(names </tmp/said)" = "$command $(jq '.return // .error' <<<"$message" | names)" ]
		sent='' n=$((n + 1))
	done </tmp/messages
	expect [ $n -ge 8 ]
	# And each event that the sources name.
	local event
	for event in $(grep -oE '"[A-Z]+(_[A-Z]+)+"' src/worker/control_event.c | tr -d '"'); do
		expect grep -q "^\.B.*\b$event\b" man/vde_vmnet-protocol.7
	done
}

# A lease of DHCPv6 has the MAC address, which dnsmasq's file does not have.
test_leases_of_both_families() {
	start_ours --dhcp-lease-time=infinite
	guest g1
	lease g1
	lease6 g1
	says "map(select(.address == \"$(leased g1 ip)\")) | .[0][\"expires-seconds\"]" null query-leases
	says "map(select(.address == \"$(leased6 g1 address)\")) | .[0].mac" "$(mac_of g1)" query-leases
	says "map(select(.address == \"$(leased6 g1 address)\")) | .[0][\"client-id\"] | length > 10" true query-leases
}

may() { # who yes|CommandNotAllowed
	local said
	if said=$(as "$1" ask log-level '{"level":"info"}'); then
		said=yes
	else
		said=$(jq -r .class <<<"$said")
	fi
	expect [ "$1 $said" = "$1 $2" ]
}
test_who_may_do_what() {
	local who
	start_ours
	expect [ "$(stat -c '%A %U %G' $CONTROL)" = 'srw-rw---- daemon games' ]
	for who in root owner changer reader; do as $who ask query-status >/dev/null || fail "$who may not ask"; done
	may root yes
	may owner yes
	may changer yes
	may reader CommandNotAllowed
	refute as outsider ask query-status 2>/tmp/err
	expect grep -q PermissionError /tmp/err
	expect log_has "control socket: uid $(id -u bin) \(pid [0-9]+\) requested log-level"
	refuses() {
		! as reader ask "$@" >/tmp/said || fail "a reader may $*"
		expect grep -q CommandNotAllowed /tmp/said
	}
	refuses reload
	refuses quit
	refuses port-set '{"id":2,"isolated":true}'
	refuses port-set '{"id":2,"rate":null}'
	refuses port-disconnect '{"id":1}'
	refuses log-level '{}'
	# What others run is hidden from who may only ask, but for its uid.
	(
		MACHINE_USER=daemon AS_USER=("${OWNER[@]}")
		guest g1
	)
	guest g2
	as changer ask query-ports >/tmp/ports
	expect [ "$(jq -c '.[1:] | map(has("pid") and has("command"))' /tmp/ports)" = '[true,true]' ]
	as reader ask query-ports >/tmp/ports
	expect [ "$(jq -c '.[1:] | map(has("pid"))' /tmp/ports)" = '[false,true]' ]
	expect [ "$(jq -c '.[1:] | map(has("command"))' /tmp/ports)" = '[false,true]' ]
	expect [ "$(jq -c '.[1:] | map(has("uid"))' /tmp/ports)" = '[true,true]' ]
}

# In no group: root's, and the worker's user's.
test_without_groups_it_is_closed() {
	start_vmnet --user=daemon switch://$SWITCH
	expect [ "$(stat -c '%A %U' $CONTROL)" = 'srw------- daemon' ]
	may root yes
	may owner yes
	refute as reader ask query-status 2>/dev/null
	stop_vmnet
	# And --control-group alone.
	start_vmnet --user=daemon --control-group=tape switch://$SWITCH
	may changer yes
	refute as reader ask query-status 2>/dev/null
	stop_vmnet
	local status=0
	in_ns host "$PROGRAM" --control-group=nobodies switch://$SWITCH 2>/tmp/err || status=$?
	expect [ $status = 2 ]
	expect grep -q -- '--control-group=nobodies: no such group' /tmp/err
}

# Where the daemon has no uid 0, as the service.
test_the_service_has_one() {
	as_service daemon
	start_vmnet switch://$SWITCH
	expect [ "$(stat -c '%A %U' $CONTROL)" = 'srw------- daemon' ]
	may owner yes
	says .name shared query-status
	as owner ask quit >/dev/null
	wait_for 5 ended $VMNET
	expect [ ! -e $CONTROL ]
}

# It comes and goes with the network, also with one that is killed.
test_it_leaves_nothing() {
	before
	start_ours
	expect [ -S $CONTROL ]
	stop_vmnet
	expect same_as_before
	start_ours
	kill_with_watcher
	wait_for 5 ended $VMNET
	expect [ -S $CONTROL ]
	start_ours
	says .pid $VMNET query-status
	# Another of the same name takes nothing away.
	local status=0
	in_ns host "$PROGRAM" --user=daemon switch:///tmp/other 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	says .pid $VMNET query-status
	kill_with_watcher
	wait_for 5 ended $VMNET
	in_ns host "$PROGRAM" --cleanup --name=shared
	expect [ ! -e $CONTROL ]
}

test_changes() {
	mkdir -p /tmp/etc
	printf 'user=daemon\nvde-group=games\nendpoint=switch://%s\ndomain=one.test\n' $SWITCH >/tmp/etc/shared.conf
	start_vmnet --config=/tmp/etc/shared.conf
	guest g1
	lease g1
	# The log level, of all processes.
	ask log-level '{"level":"debug"}' >/dev/null
	expect log_has 'the log level is now debug'
	guest g2
	wait_for 5 log_has 'switch://.*: joined' # the worker says that
	refute ask log-level '{"level":"loud"}'
	# The configuration.
	says .domain one.test query-status
	sed -i 's/one.test/two.test/' /tmp/etc/shared.conf
	ask reload >/dev/null
	says .domain two.test query-status
	echo 'mtu=1400' >>/tmp/etc/shared.conf
	! ask reload >/tmp/said || fail 'it took the MTU'
	expect grep -q 'needs a restart' /tmp/said
	echo 'nonsense' >>/tmp/etc/shared.conf
	! ask reload >/tmp/said || fail 'it took nonsense'
	expect grep -q 'nonsense' /tmp/said
	# The end.
	ask quit >/dev/null
	wait_for 5 ended $VMNET
	wait $VMNET
	expect log_has 'stopping: requested by a client of the control socket'
}

test_ports_are_disconnected() {
	start_ours
	guest g1
	static_address g1 9
	expect reaches g1 $GATEWAY
	local id
	id=$(port_of g1)
	ask port-disconnect "{\"id\":$id}" >/dev/null
	wait_for 5 ended "$PLUG_g1"
	says length 1 query-ports
	# That number is nobody's any more.
	guest g2
	static_address g2 10
	expect reaches g2 $GATEWAY
	! ask port-disconnect "{\"id\":$id}" >/tmp/said || fail "port $id is another's"
	expect grep -q "no port $id" /tmp/said
	! ask port-disconnect '{"id":1}' >/tmp/said || fail "the host's port can be disconnected"
	expect reaches g2 $GATEWAY
}

test_a_port_is_isolated() {
	start_ours
	local n
	for n in 1 2 3; do
		guest g$n
		static_address g$n $((8 + n))
		expect reaches g$n $GATEWAY
	done
	expect reaches g1 192.168.105.10
	ask port-set "{\"id\":$(port_of g2),\"isolated\":true}" >/dev/null
	says 'map(.isolated) | join(",")' false,false,true,false query-ports
	in_ns g1 ip neigh flush dev eth0
	refute reaches g1 192.168.105.10
	refute reaches g2 192.168.105.9
	expect reaches g1 192.168.105.11
	expect reaches g2 $GATEWAY
	# Nor by way of the host, from or to it.
	local from to
	for from in 1 2; do
		to=$((3 - from))
		dump /tmp/seen host -i vmnet-shared "dst 192.168.105.$((8 + to)) and icmp"
		local dump=$!
		in_ns g$from ip route add 192.168.105.$((8 + to))/32 via $GATEWAY
		refute reaches g$from 192.168.105.$((8 + to))
		in_ns g$from ip route del 192.168.105.$((8 + to))/32
		kill $dump
		expect [ ! -s /tmp/seen ]
	done
	says '.[2].drops | keys | contains(["to an isolated guest, or from one"])' true query-ports
	expect reaches g2 198.51.100.1
	ask port-set "{\"id\":$(port_of g2),\"isolated\":false}" >/dev/null
	in_ns g1 ip neigh flush dev eth0
	wait_for 5 reaches g1 192.168.105.10
	! ask port-set '{"id":1,"isolated":true}' >/tmp/said || fail "the host's port can be isolated"
	! ask port-set '{"id":1,"rate":8000}' >/tmp/said || fail "the host's port can have a rate"
}

# One that is apart gains nothing by another's address, nor does who takes the address of one that is:
# a datagram in that one's name first, then one to it by way of the host.
sends_by_host_as() { # guest own other
	in_ns "$1" /usr/bin/python3 - "$(mac_of "$1")" "$(in_ns host cat /sys/class/net/vmnet-shared/address)" "$2" "$3" $GATEWAY <<'END'
import socket, struct, sys
mine, gateway_mac = (bytes.fromhex(text.replace(":", "")) for text in sys.argv[1:3])
own, other, gateway = (socket.inet_aton(text) for text in sys.argv[3:6])
def packet(source, to):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 32, 1, 0, 64, 17, 0, source, to)
    total = sum(struct.unpack("!10H", head))
    total = ~(total % 0xffff) & 0xffff
    udp = struct.pack("!HHHH", 5555, 5555, 12, 0) + b"evil"
    return gateway_mac + mine + b"\x08\0" + head[:10] + struct.pack("!H", total) + head[12:] + udp
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0))
for _ in range(5):
    s.send(packet(other, gateway))
    s.send(packet(own, other))
END
}
test_an_isolated_port_and_others_addresses() {
	start_ours
	local isolated
	guest g1
	guest g2
	static_address g1 9
	static_address g2 10
	for isolated in g2 g1; do
		wait_for 5 reaches g1 $GATEWAY
		wait_for 5 reaches g2 $GATEWAY
		ask port-set "{\"id\":$(port_of $isolated),\"isolated\":true}" >/dev/null
		dump /tmp/seen g1 -i eth0 'udp dst port 5555'
		sends_by_host_as g2 192.168.105.10 192.168.105.9
		expect reaches g2 $GATEWAY                                   # all before it has passed
		in_ns host socat -u - UDP:192.168.105.9:5555 <<<last || true # nobody listens there
		wait_for 5 grep -q ' 192.168.105.1\.' /tmp/seen
		kill $!
		refute grep -q ' 192.168.105.10\.' /tmp/seen
		expect reaches host 192.168.105.9
		ask port-set "{\"id\":$(port_of $isolated),\"isolated\":false}" >/dev/null
	done
}

# Where a file system has no access lists, the network's group still asks.
test_without_access_lists() {
	mkdir -p /run/vde_vmnet
	mount -t ramfs none /run/vde_vmnet
	chmod 711 /run/vde_vmnet
	start_ours
	expect log_has "$CONTROL: members of --control-group can connect only if"
	expect as owner ask query-version
	expect as reader ask query-version
	refute as outsider ask query-version
	refute as changer ask query-version
}

# What a mode does not have is left out.
test_every_mode() {
	start_vmnet --user=daemon --vmnet-mode=host switch://$SWITCH
	CONTROL=/run/vde_vmnet/host.control
	says '[.mode, .gateway, (.uplinks | length)] | join(" ")' "host 192.168.106.1 0" query-status
	says length 0 query-leases
	stop_vmnet
	start_vmnet --user=daemon --vmnet-mode=host --vmnet-network-identifier=1b4e28ba-2fa1-11d2-883f-b9a761bde3fb switch://$SWITCH
	says '[.mode, has("gateway"), has("domain")] | join(" ")' 'host false false' query-status
	! ask query-leases >/tmp/said || fail 'it has leases'
	expect grep -q 'serves no DHCP' /tmp/said
	stop_vmnet
	start_vmnet --user=daemon --vmnet-mode=bridged --vmnet-interface=up0 switch://$SWITCH
	CONTROL=/run/vde_vmnet/bridged.up0.control
	says '[.mode, has("gateway"), .uplinks[0]] | join(" ")' 'bridged false up0' query-status
	says 'map(.kind) | sort | join(" ")' 'nic tap' query-ports
}

# Longer than any buffer: each port, each lease is there, once.
test_long_answers() {
	local n
	start_vmnet --user=$MACHINE_USER --leases-per-port=250 switch://$SWITCH
	as root events >/tmp/said &
	wait_for 5 grep -q ready /tmp/said
	# First, because the more ports there are, the fewer addresses each may have.
	as_user "${TOOL%/*}/switchclient" $SWITCH flood 3000 stay &
	wait_for 20 says 'map(.macs | length) | max' 128 query-ports
	"${AS_USER[@]}" "${TOOL%/*}/switchclient" $SWITCH stall 300 & # not as_user: $! is to be itself
	local clients=$!
	wait_for 20 says length 302 query-ports
	says 'map(.id) | unique | length' 302 query-ports
	says 'map(.macs | length) | max' 128 query-ports
	as_user "${TOOL%/*}/dhcpclients" $SWITCH 52:54:00:00:02:00 200 >/tmp/leases
	n=$(grep -cv duid /var/lib/vde_vmnet/shared.leases)
	expect [ "$n" -ge 200 ]
	says 'map(.address) | unique | length' "$n" query-leases
	# All at once, and whoever reads is told of each.
	kill $clients
	counts() { [ "$(grep -c "$2" /tmp/said)" -ge "$1" ]; }
	wait_for 10 counts 300 PORT_DISCONNECTED
	expect counts 302 PORT_CONNECTED
	expect counts 200 LEASE_ADDED
}

has_event() { # name jq-condition
	jq -e "select(.event == \"$1\") | .data | $2" /tmp/events >/dev/null
}
test_events() {
	start_ours --firewall=own
	second_uplink
	ip -n host route replace default via 198.51.100.1
	as root events >/tmp/said &
	wait_for 5 grep -q ready /tmp/said
	events() { sed 1d /tmp/said >/tmp/events && has_event "$@"; }
	guest g1
	wait_for 5 events PORT_CONNECTED '.kind == "switch" and .uid == 3 and .endpoint == "switch:///tmp/sw.ctl"'
	lease g1
	wait_for 5 events LEASE_ADDED ".mac == \"$(mac_of g1)\" and .address == \"$(leased g1 ip)\""
	kill -USR2 "$(cat /tmp/g1.udhcpc)"
	wait_for 5 events LEASE_REMOVED ".address == \"$(leased g1 ip)\""
	ip -n host route replace default via 192.0.2.1
	wait_for 5 events UPLINK_CHANGED '.uplinks == ["up1"]'
	in_ns g1 ip addr add $GATEWAY/32 dev eth0
	in_ns g1 ping -c1 -W1 -I $GATEWAY 192.168.105.99 >/dev/null 2>&1 || true
	wait_for 5 events ADDRESS_CONFLICT ".mac == \"$(mac_of g1)\" and .reason == \"as the gateway\""
	in_ns g1 ip neigh replace 192.168.105.99 lladdr 02:00:00:00:00:99 dev eth0
	yes | in_ns g1 socat -u -b 100 - UDP:192.168.105.99:9,bind=$GATEWAY &
	local flood=$!
	wait_for 5 events DROP_STORM '."frames-per-second" >= 1000 and .drops["as the gateway"] > 0'
	kill $flood
	kill "$(dnsmasq_pid)"
	wait_for 10 events DNSMASQ_RESTARTED true
	in_ns host nft add table inet other
	in_ns host nft 'add chain inet other forward { type filter hook forward priority 0; policy drop; }'
	wait_for 10 events FIREWALL_BLOCKS '.what | contains("other")'
	kill $PLUG_g1
	wait_for 5 events PORT_DISCONNECTED '.kind == "switch"'
}
