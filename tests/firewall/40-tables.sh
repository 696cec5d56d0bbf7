# SPDX-License-Identifier: GPL-2.0-or-later
# Rules that an administrator wrote: iptables-legacy, and plain nftables.
. "$TOP/tests/firewall/firewalls.sh"

setup() { setup_network; }

legacy_policies() {
	local program
	for program in iptables-legacy ip6tables-legacy; do
		in_host $program -S >/dev/null 2>&1 || skip "this kernel has no tables of $program"
		in_host $program -P FORWARD DROP
		in_host $program -P INPUT DROP
		in_host $program -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
	done
	in_host ip6tables-legacy -A INPUT -i up0 -p ipv6-icmp -j ACCEPT # its router
}

test_iptables_legacy() {
	legacy_policies
	rules >/tmp/rules.before
	start_guest
	expect [ "$(in_host iptables-legacy -S | grep -c 'vde_vmnet shared')" = 5 ]
	expect [ "$(in_host ip6tables-legacy -S | grep -c 'vde_vmnet shared')" = 6 ]
	leaves_no_rule
}

# Which changes nothing: not even a lock is made.
test_check_makes_no_lock() {
	legacy_policies
	rm /run/xtables.lock
	in_host "$PROGRAM" --check $SWITCH >/tmp/plan
	expect grep -q '^firewall   ip filter FORWARD drops .*; a start fixes it' /tmp/plan
	refute test -e /run/xtables.lock
}

# The lock of iptables-legacy is root's.
test_iptables_legacy_as_the_service() {
	legacy_policies
	# This kernel may have the tables built in; others have them as modules, which tell.
	mount -t tmpfs tmpfs /sys/module
	mkdir /sys/module/ip{,6}table_filter
	as_service
	start_vmnet $SWITCH
	expect log_has "warning: the firewall's chain ip filter FORWARD drops outgoing guest traffic.* .only root can change iptables-legacy's rules.; to fix it, run: iptables-legacy -I FORWARD -i vmnet-shared -j ACCEPT"
	expect none_tagged
	guest g1
	static_address g1 9
	refute reaches g1 $SERVER
	sed -n 's/.*; to fix it, run: //p' $LOG >/tmp/commands
	expect [ "$(grep -c . /tmp/commands)" = 4 ] # a line for each chain
	expect in_host sh /tmp/commands
	wait_for 5 reaches g1 $SERVER
	expect asks_dns g1
	expect asks_dhcp g1
	stop_vmnet
	refute log_has 'cannot read'
}

# Whoever holds the lock does not hold up the end; what had to stay is known to --cleanup.
test_iptables_legacy_is_locked_at_the_end() {
	legacy_policies
	rules >/tmp/rules.before
	start_guest
	exec {lock}>/run/xtables.lock
	flock $lock
	within 5500 stop_vmnet # 3 s for both families together
	expect log_has "warning: rules with the comment 'vde_vmnet shared' remain in iptables-legacy; to try again: vde_vmnet --cleanup --name=shared"
	exec {lock}>&-
	expect some_tagged
	expect in_host "$PROGRAM" --cleanup
	expect none_tagged
	rules >/tmp/rules.after
	expect diff /tmp/rules.before /tmp/rules.after
	expect [ ! -e /run/vde_vmnet/shared.state ]
}

test_iptables_legacy_is_locked_at_the_start() {
	legacy_policies
	flock --close /run/xtables.lock sleep 600 & # not the daemon's to inherit
	local locker=$!
	wait_for 3 lock_is_held
	start_vmnet $SWITCH
	expect log_has "warning: cannot add a rule to iptables-legacy's ip filter .*: another program holds /run/xtables.lock; trying again in 10 s"
	expect [ "$(log_count 'cannot add a rule')" = 1 ] # each other try would wait for it too
	kill $locker
	guest g1
	static_address g1 9
	wait_for 15 reaches g1 $SERVER
	expect some_tagged
	stop_vmnet
	expect none_tagged
}

# What a killed one left stays on record until it is undone, whatever starts fail or succeed meanwhile.
test_iptables_legacy_is_locked_after_a_kill() {
	legacy_policies
	rules >/tmp/rules.before
	start_guest
	kill -KILL $VMNET
	wait_for 2 ended $VMNET
	flock --close /run/xtables.lock sleep 600 & # not the daemon's to inherit
	local locker=$!
	wait_for 3 lock_is_held
	refute in_host "$PROGRAM" --vmnet-gateway=198.51.100.99 $SWITCH
	expect grep -q '^+firewall legacy shared$' /run/vde_vmnet/shared.state
	start_vmnet $SWITCH
	kill $locker
	wait_for 3 lock_is_free
	stop_vmnet
	rules >/tmp/rules.after
	expect diff /tmp/rules.before /tmp/rules.after
	expect [ ! -e /run/vde_vmnet/shared.state ]
}
lock_is_free() { ! lock_is_held; }

lock_is_held() { ! flock --nonblock /run/xtables.lock true; }

test_iptables_legacy_hangs_at_the_end() {
	legacy_policies
	start_guest
	printf '#!/bin/sh\nexec sleep 600\n' >/tmp/hangs
	chmod +x /tmp/hangs
	mount --bind /tmp/hangs "$(realpath "$(command -v iptables-legacy)")"
	within 10000 stop_vmnet
	expect log_has 'remain in iptables-legacy'
	umount "$(realpath "$(command -v iptables-legacy)")"
	expect in_host "$PROGRAM" --cleanup
	expect none_tagged
}

# Rules can be read, and none added: not each of four chains is waited for.
test_iptables_legacy_hangs_at_a_change() {
	local program
	program=$(realpath "$(command -v iptables-legacy)")
	legacy_policies
	cp "$program" /tmp/legacy
	cat >/tmp/hangs <<-'SCRIPT'
		#!/bin/bash
		[[ " $* " != *' -S '* ]] || exec -a "${0##*/}" /tmp/legacy "$@"
		exec sleep 600
	SCRIPT
	chmod 755 /tmp/hangs /tmp/legacy
	mount --bind /tmp/hangs "$program"
	within 8000 start_vmnet --vmnet-nat66-prefix=$PREFIX6 $SWITCH
	expect log_has "warning: cannot add a rule to iptables-legacy's ip filter .*: Connection timed out; trying again in 10 s"
	expect [ "$(log_count 'cannot add a rule')" = 1 ]
	umount "$program"
	guest g1
	static_address g1 9
	wait_for 15 reaches g1 $SERVER
	stop_vmnet
	expect none_tagged
}

# Nobody tells of a change there; a change of routes is a reason to look.
test_iptables_legacy_comes_later() {
	start_guest
	legacy_policies
	refute network_works g1
	ip -n host route add 192.0.2.0/24 via 198.51.100.1
	wait_for 15 network_works g1
	in_host iptables-legacy -F FORWARD # soon enough also without a reason
	wait_for 15 network_works g1
	stop_vmnet
	expect none_tagged
}

plain_table() {
	in_host nft -f - <<-'NFT'
		table inet mine {
			chain in {
				type filter hook input priority filter; policy drop;
				ct state vmap { established : accept, related : accept, invalid : drop }
				iifname lo accept
				iifname "up0" meta l4proto { icmp, ipv6-icmp } accept
				tcp dport 22 accept
			}
			chain through {
				type filter hook forward priority filter; policy drop;
				ct state established,related accept
			}
			chain out {
				type filter hook output priority filter; policy drop;
				ct state established,related accept
				oifname { "lo", "up0" } accept
			}
		}
	NFT
}

test_a_plain_table_that_drops() {
	plain_table
	rules >/tmp/rules.before
	start_guest
	leaves_no_rule
}

# As libnftables is that was built without JSON: made up, for Debian's has it.
# 4 ways from each chain to the next, as deep as the kernel takes it: 268 million in all.
test_a_tangle_of_chains() {
	local chain
	{
		echo 'table inet tangle {'
		echo 'chain c15 { iifname "eth9" accept; }'
		for chain in {14..1}; do
			echo "chain c$chain {"
			for _ in 1 2 3 4; do echo "jump c$((chain + 1))"; done
			echo '}'
		done
		echo 'chain c0 { type filter hook forward priority 0; policy drop; jump c1; }'
		echo '}'
	} >/tmp/tangle.nft
	in_host nft -f /tmp/tangle.nft
	expect timeout 60 ip netns exec host "$PROGRAM" --check $SWITCH >/tmp/plan
	expect grep -q '^firewall   inet tangle c0 drops .*; a start fixes it' /tmp/plan
}

test_rules_that_cannot_be_read() {
	cc -shared -fPIC -o /tmp/nojson.so -x c - <<-'CODE'
		#define _GNU_SOURCE
		#include <dlfcn.h>
		#include <string.h>
		int nft_run_cmd_from_buffer(void *context, const char *commands)
		{
			int (*run)(void *, const char *) =
				(int (*)(void *, const char *))dlsym(RTLD_NEXT, "nft_run_cmd_from_buffer");
			return strstr(commands, "\"list\"") ? -1 : run(context, commands);
		}
	CODE
	LD_PRELOAD=/tmp/nojson.so start_guest
	wait_for 10 log_has 'cannot read other firewalls. rules, so what they drop is unknown; try: nft -j list chains'
	sleep 1 # nothing else tells that it gave up
	expect [ "$(log_count 'is unknown')" = 1 ]
	stop_vmnet
}

test_a_plain_table_comes_and_is_loaded_again() {
	start_guest
	plain_table
	wait_for 15 network_works g1
	in_host nft delete table inet mine
	plain_table
	wait_for 15 network_works g1
	expect [ "$(log_count 'added rules')" -ge 6 ]
	stop_vmnet
	expect none_tagged
}

test_what_is_not_clear_is_left_alone() {
	in_host nft -f - <<-'NFT'
		table inet mine {
			chain through {
				type filter hook forward priority filter; policy drop;
				meta mark 7 accept
			}
			chain in {
				type filter hook input priority filter; policy accept;
				iifname != "up0" udp dport 53 drop
			}
		}
	NFT
	start_vmnet $SWITCH
	expect log_has 'warning: the firewall.s chain inet mine through drops outgoing guest traffic.* \(not changed'
	expect log_has 'chain inet mine in drops DNS \(not changed.*to fix it, run: nft .insert rule inet mine in handle [0-9]+ meta nfproto ipv4 iifname'
	expect [ "$(log_count 'to fix it, run')" = 2 ]
	expect none_tagged
	stop_vmnet
}

# An administrator, or a program, that will not have our rules.
test_a_fight_is_not_fought() {
	start_guest
	in_host iptables -P FORWARD DROP
	wait_for 15 network_works g1
	local end
	give_up_after 20 end
	until log_has 'keeps removing our rules'; do
		[ $SECONDS -le $end ] || fail "it does not give in"
		in_host iptables -F FORWARD
		sleep 0.1
	done
	expect [ "$(log_count 'added rules')" -le 10 ]
	expect [ "$(log_count 'keeps removing our rules')" = 1 ]
	in_host iptables -F FORWARD
	expect none_tagged
	stop_vmnet
}

test_two_networks_do_not_touch_each_others_rules() {
	in_host iptables -P FORWARD DROP
	start_guest
	local first=$VMNET
	start_vmnet --name=two ptp:///tmp/p2p
	expect [ "$(rules | grep -c 'vde_vmnet two')" = 2 ]
	stop_vmnet
	expect [ "$(rules | grep -c 'vde_vmnet two')" = 0 ]
	expect network_works g1
	VMNET=$first
	stop_vmnet
	expect none_tagged
}

# Nothing of mode host is forwarded; the host itself is to be reached.
test_mode_host() {
	in_host iptables -P FORWARD DROP
	in_host iptables -P INPUT DROP
	start_vmnet --vmnet-mode=host --name=shared --ipv6=off --vmnet-gateway=$GATEWAY $SWITCH
	guest g1
	static_address g1 9
	wait_for 5 asks_dhcp g1
	expect [ "$(in_host iptables -S INPUT | grep -c 'vde_vmnet shared')" = 3 ]
	expect [ "$(tagged)" = 3 ]
	ip -n host route add 192.168.105.128/25 via 198.51.100.1
	wait_for 3 log_has 'our network .* now overlaps with'
	stop_vmnet
	expect none_tagged
}

# Of plain nftables and of iptables-legacy; and nothing else comes in by the rule that is added.
test_what_forwarded_ports_lead_in() {
	in_host nft -f - <<-'RULES'
		table inet strict {
			chain forward {
				type filter hook forward priority 0; policy drop;
				ct state established,related accept
			}
		}
	RULES
	start_guest "${FORWARDS[@]}"
	serve_forwarded g1
	wait_for 15 forwarding_works
	expect log_has 'chain inet strict forward would drop outgoing guest traffic, traffic to forwarded ports: added rules'
	ip -n inet route add 192.168.105.0/24 via 198.51.100.2
	refute in_ns inet socat -u /dev/null TCP:192.168.105.9:22,connect-timeout=1
	stop_vmnet
	expect none_tagged
}
test_what_forwarded_ports_lead_in_by_iptables_legacy() {
	legacy_policies
	local program
	for program in iptables-legacy ip6tables-legacy; do
		in_host $program -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
	done
	start_guest "${FORWARDS[@]}"
	serve_forwarded g1
	wait_for 15 forwarding_works
	expect [ "$(in_host iptables-legacy -S FORWARD | grep -c -- '--ctstate DNAT.*vde_vmnet shared')" = 1 ]
	stop_vmnet
	expect none_tagged
}
