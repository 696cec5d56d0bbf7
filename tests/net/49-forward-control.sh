# SPDX-License-Identifier: GPL-2.0-or-later
# Ports of the host that lead to guests, changed while the network runs, by the control socket and
# vde_vmnetctl. What a forward does is in 47-hostfwd.
#
# Beside those of users.sh:
#
#   named     in the network's group    man, with the group games: what --hostfwd-allow names
#   member    in it and in mail         mail, with games: what --hostfwd-allow gives that group

. "$TOP/tests/net/users.sh"
. "$TOP/tests/net/ctl.sh"
. "$TOP/tests/net/ports.sh"
NAMED=(setpriv --reuid=man --regid=man --groups="$GAMES")
MEMBER=(setpriv --reuid=mail --regid=mail --groups="$GAMES")

setup() { topology; }
forwards() { as root ask query-forwards; }
there_are() { # number
	local n
	n=$(forwards | jq length)
	[ "$n" = "$1" ] || {
		echo "$n forwards, not $1"
		return 1
	}
}
# {"add": [...]} of n TCP ports from the first on.
many() { jq -nc --arg verb "$1" '{($verb): [range($first; $first + $n) | "tcp::\(.)-192.168.105.9:22"]}' --argjson first "$2" --argjson n "$3"; }
leads() { [ "$(ask inet tcp $HOST "$1" "${@:2}")" = "$OUTSIDE 22" ]; } # port [bytes [seconds]]

test_added_listed_removed() {
	start_ours
	guest_at g1 9
	serve g1 22
	ends_with 0 root forward list
	says 'No ports are forwarded'
	expect closed inet tcp $HOST 2222
	ends_with 0 root forward add tcp::2222-192.168.105.9:22 udp:$HOST:2222-2223-192.168.105.9:22
	says "^ *1 +tcp::2222-192.168.105.9:22 +192.168.105.9 +192.168.105.9 +0 +active"
	says "^ *2 +udp:$HOST:2222-2223-192.168.105.9:22 +192.168.105.9 +192.168.105.9 +0 +active"
	expect leads 2222 20000000 60
	expect [ "$(ask host tcp 127.0.0.1 2222)" = "$GATEWAY 22" ]
	expect [ "$(ask inet udp $HOST 2222)" = "$OUTSIDE 22" ]
	ends_with 0 changer forward add tcp::2230-$MAC1:22
	says "^ *3 +tcp::2230-$MAC1:22 +$MAC1 +- +0 +waiting"
	expect [ "$(forwards | jq -c '.[2]')" = "{\"id\":3,\"forward\":\"tcp::2230-$MAC1:22\",\"guest\":\"$MAC1\",\"address\":null,\"state\":\"waiting\",\"connections-begun\":0}" ]
	ends_with 0 owner forward list
	expect [ "$(grep -c . /tmp/out)" = 4 ]
	ends_with 0 changer forward remove 1 udp:$HOST:2222-2223-192.168.105.9:22
	expect closed inet tcp $HOST 2222
	refute ask host tcp 127.0.0.1 2222 2>/dev/null
	expect [ "$(forwards | jq -c 'map(.id)')" = '[3]' ]
	ends_with 1 root forward remove tcp::2222-192.168.105.9:22
	complains 'tcp::2222-192.168.105.9:22: there is no such forward'
	expect log_has "control socket: uid $(id -u bin) \(pid [0-9]+\) asked to add 0 forwards and remove 2"
	# One in the place of another, in one change.
	as root ask forward-apply "{\"remove\":[\"tcp::2230-$MAC1:22\"],\"add\":[\"tcp::2230-192.168.105.9:22\"]}"
	expect leads 2230
	expect there_are 1
	expect [ "$(as root ask forward-apply '{}')" = '{}' ]
}

test_what_is_wrong_changes_nothing() {
	start_ours
	guest_at g1 9
	serve g1 22
	in_ns host socat TCP-LISTEN:2300,fork,reuseaddr EXEC:true &
	wait_for 5 listens host t 2300
	ends_with 0 root forward add tcp::2222-192.168.105.9:22
	which() { forwards | sed 's/, "connections-begun": [0-9]*//g'; }
	which >/tmp/before
	refused() { # text forward... between two that are right
		ends_with 1 root forward add tcp::2240-192.168.105.9:22 "${@:2}" tcp::2241-192.168.105.9:22
		complains "$1"
		which | diff /tmp/before -
	}
	refused 'the host itself uses port 2300 \(tcp\)' tcp::2300-192.168.105.9:22
	refused 'is already forwarded, by tcp::2222' tcp:$HOST:2222-192.168.105.9:22
	refused '192.168.99.9 is outside' tcp::2250-192.168.99.9
	refused "nonsense: 'nonsense' is not a protocol" nonsense
	refused 'is not a forward' "$(printf 'x%.0s' {1..200})"
	refused 'is not a forward' 'tcp::2251-192.168.105.9
+tcp::2252-192.168.105.9'
	refused 'is not a forward' ''
	refused 'no --dhcp-host reserves the name web' tcp::2250-web
	expect closed inet tcp $HOST 2240
	expect leads 2222
	local wrong
	wrong=$(many add 3000 700 | jq -c '.add[350] = "tcp::70000-192.168.105.9:22"')
	! as root ask forward-apply "$wrong" >/tmp/said || fail 'it takes a port 70000'
	expect grep -q "'70000' is not a port" /tmp/said
	which | diff /tmp/before -
	! as root ask forward-apply '{"remove":["tcp::2222-192.168.105.9:22","tcp::2222-192.168.105.9:22"]}' >/tmp/said || fail 'it goes twice'
	! as root ask forward-apply '{"add":"tcp::2240-192.168.105.9:22"}' >/tmp/said || fail 'a text is no list'
	expect there_are 1
	expect leads 2222
}

# Who may not: as vde_vmnetctl has it, status 4.
# Far more ports than there may be are counted, not opened one by one.
test_too_many_ports_are_refused_at_once() {
	local before took
	start_ours
	before=$(worked $VMNET)
	! as root ask forward-apply "$(jq -nc '{add: [range(600) | "tcp:127.1.\(. / 256 | floor).\(. % 256):1024-2047-192.168.105.9:22"]}')" >/tmp/said ||
		fail 'it takes them'
	took=$(($(worked $VMNET) - before))
	echo "the host process worked $took ns"
	expect grep -q 'too many forwarded ports: 614400 in all, at most 4096' /tmp/said
	expect [ "$took" -le 500000000 ]
}

test_who_may_forward_what() {
	start_ours --hostfwd-allow=2000-2999 --hostfwd-allow=3000-3009,man --hostfwd-allow=3005-3019,@mail --hostfwd-allow=127.0.0.1:80
	local who
	for who in root owner changer; do
		ends_with 0 $who forward add tcp::2222-192.168.105.9:22 tcp::3001-192.168.105.9:22
		ends_with 4 $who forward add tcp::4000-192.168.105.9:22
		complains 'tcp::4000-192.168.105.9:22: --hostfwd-allow does not permit forwarding this port'
		ends_with 4 $who forward add tcp::2990-3000-192.168.105.9:22
		ends_with 4 $who forward add tcp::80-192.168.105.9:22
		ends_with 0 $who forward remove tcp::2222-192.168.105.9:22 tcp::3001-192.168.105.9:22
	done
	ends_with 0 root forward add tcp::2222-192.168.105.9:22
	may() { ends_with 0 "$1" forward add "$2" && ends_with 0 "$1" forward remove "$2"; }
	may_not() {
		ends_with 4 "$1" forward add "$2"
		complains "only root, the user of the network, members of --control-group, and anyone"
	}
	may named tcp::3000-192.168.105.9:22
	may named tcp::3000-3009-192.168.105.9:22
	may named udp:$HOST:3009-192.168.105.9:22
	may_not named tcp::2223-192.168.105.9:22
	may_not named tcp::3010-192.168.105.9:22
	may_not named tcp::2999-192.168.105.9:22
	may member tcp::3005-192.168.105.9:22
	may member tcp::3019-192.168.105.9:22
	may_not member tcp::3004-192.168.105.9:22
	may_not reader tcp::3005-192.168.105.9:22
	may_not reader tcp::2223-192.168.105.9:22
	# Nor with one of his own beside it, nor away with others'.
	ends_with 4 named forward add tcp::3000-192.168.105.9:22 tcp::2223-192.168.105.9:22
	ends_with 4 named forward remove tcp::2222-192.168.105.9:22
	ends_with 0 reader forward list
	says tcp::2222-192.168.105.9:22
	expect there_are 1
	# The log says so, of the first.
	expect [ "$(log_count "control socket: uid [0-9]+ \(pid [0-9]+\) asked to add [0-9]+ forwards and remove [0-9]+: refused: ")" = 1 ]
	# By none of it at all.
	stop_vmnet
	start_ours --hostfwd-allow=none --hostfwd=tcp::2222-192.168.105.9:22
	ends_with 4 root forward add tcp::2223-192.168.105.9:22
	ends_with 4 root forward remove tcp::2222-192.168.105.9:22
	stop_vmnet
	# Nor by somebody whom there is not.
	local status=0
	in_ns host "$PROGRAM" --user=daemon --hostfwd-allow=2000,nobodies switch://$SWITCH 2>/tmp/err || status=$?
	expect [ $status = 2 ]
	complains '--hostfwd-allow=…,nobodies: no such user'
	# Where no port leads anywhere.
	start_vmnet --user=daemon --vmnet-mode=host switch://$SWITCH
	CONTROL=/run/vde_vmnet/host.control
	expect [ "$(forwards)" = '[]' ]
	! as root ask forward-apply '{"add":["tcp::2223-192.168.106.9:22"]}' >/tmp/said || fail 'in mode host'
	expect grep -q 'only in --vmnet-mode=shared' /tmp/said
}

test_what_happens_is_told() {
	start_ours
	as root events >/tmp/said &
	wait_for 5 grep -q ready /tmp/said
	told() { sed 1d /tmp/said | jq -ce 'select(.event == "FORWARD_CHANGED") | .data' | grep -xF "$1" >/dev/null; }
	guest g1
	ip -n g1 link set eth0 address $MAC1
	ends_with 0 root forward add tcp::2222-192.168.105.9:22 tcp::2223-$MAC1:22
	wait_for 5 told '{"forward":"tcp::2222-192.168.105.9:22","state":"active","address":"192.168.105.9"}'
	wait_for 5 told "{\"forward\":\"tcp::2223-$MAC1:22\",\"state\":\"waiting\",\"address\":null}"
	lease g1
	wait_for 5 told "{\"forward\":\"tcp::2223-$MAC1:22\",\"state\":\"active\",\"address\":\"$(leased g1 ip)\"}"
	expect [ "$(forwards | jq -r '.[1].address')" = "$(leased g1 ip)" ]
	ends_with 0 root forward remove 1
	wait_for 5 told '{"forward":"tcp::2222-192.168.105.9:22","state":"removed","address":"192.168.105.9"}'
	as root ask forward-apply "$(many add 3000 700)"
	wait_for 5 told '{"added":700,"removed":0,"changed":0}'
	as root ask forward-apply "$(many remove 3000 700)"
	wait_for 5 told '{"added":0,"removed":700,"changed":0}'
}

# ---- many -----------------------------------------------------------------------

apply() { as root ask forward-apply "$(cat "$1")" >/tmp/applied; } # a file
test_seven_hundred_at_once() {
	start_ours
	guest_at g1 9
	serve g1 22
	ends_with 0 root forward add tcp::2222-192.168.105.9:22
	local i stream
	ask inet tcp $HOST 2222 300000000 100 >/tmp/streamed & # beside which nothing is lost
	stream=$!
	many add 3000 700 >/tmp/add
	many remove 3000 700 >/tmp/remove
	expect [ "$(wc -c </tmp/add)" -gt 20000 ]
	for i in 1 2 3; do # vde_vmnetctl waits 10 s for an answer
		within 9000 apply /tmp/add
		expect there_are 701
		expect [ "$(forwards | jq -c 'map(.forward) | unique | length')" = 701 ]
		expect leads 3000
		expect leads 3699
		within 9000 apply /tmp/remove
		expect there_are 1
	done
	expect closed inet tcp $HOST 3000
	expect wait $stream
	expect [ "$(cat /tmp/streamed)" = "$OUTSIDE 22" ]
}

memory_is() { [ "$(worker_memory)" -le "$1" ]; }
# The host process has some that come in time, to look after dnsmasq; a loss would be one a change.
descriptors_are() { # of the worker, and of the host process
	[ "$(descriptors "$(worker_pid)")" = "$1" ] && [ "$(descriptors $VMNET)" -le $(($2 + 3)) ]
}
descriptors() { find /proc/"$1"/fd -type l | wc -l; }
test_a_thousand_come_and_go() {
	start_ours
	local memory open i
	for i in add remove; do
		many $i 2000 500 >/tmp/$i.1
		many $i 2500 500 >/tmp/$i.2
	done
	many add 3000 500 >/tmp/add
	memory=$(worker_memory)
	open="$(descriptors "$(worker_pid)") $(descriptors $VMNET)"
	for i in 1 2 3; do
		apply /tmp/add.1
		apply /tmp/add.2
		expect there_are 1000
		! apply /tmp/add || fail 'more than 1024'
		expect grep -q 'too many forwards: at most 1024' /tmp/applied
		apply /tmp/remove.1
		apply /tmp/remove.2
		expect there_are 0
	done
	expect memory_is "$memory"
	wait_for 5 descriptors_are $open
	expect [ "$(in_ns host nft list map inet vde_vmnet-shared hostfwd | grep -c 'tcp . ')" = 0 ]
}

# Many clients that want much at once, more than the host process is asked: all of it is done.
test_many_at_once() {
	start_ours
	guest_at g1 9
	serve g1 22
	local i clients=()
	for i in 1 2 3 4 5 6; do
		(for _ in 1 2 3 4 5; do
			as root ask forward-apply "$(many add ${i}2000 100)"
			as root ask query-forwards
			as root ask forward-apply "$(many remove ${i}2000 100)"
		done) >/tmp/client.$i 2>&1 &
		clients+=($!)
	done
	expect wait "${clients[@]}"
	refute grep -h -v -e '^{}$' -e '^\[' /tmp/client.*
	ends_with 0 root forward add tcp::2222-192.168.105.9:22
	expect leads 2222
	expect [ "$(log_count ' error')" = 0 ]
}
