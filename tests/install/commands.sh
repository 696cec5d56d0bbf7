# SPDX-License-Identifier: GPL-2.0-or-later
# The commands of the documents, as a reader has them: on a system where vde_vmnet is installed, by
# alice, who is in its group and may use sudo, on a host with eth0, lab0 and the bridge br0. Where
# each is and what it says is $PLACE and $COMMAND while it runs.

DOCUMENTS=(README.md doc/*.md man/*.?)
# PLACE<tab>COMMAND a line.
commands() { awk -f "$TOP/tests/install/commands.awk" "${DOCUMENTS[@]}"; }
# What is not run, in patterns.
mapfile -t UNRUN < <(sed -nE 's/^([^#|][^|]*[^ ]) +\| .*/\1/p' "$TOP/tests/install/commands.txt")

# What shows that a command works. Nothing is said of one that nobody runs: what is here changes only
# what a test has for itself.
kind_of() { # command
	local command=${1##*; }
	command=${command#sudo }
	command=${command#DEBUG=1 }
	case $command in
	'# '* | vde_vmnet | vde_vmnet\ * | vde_switch\ *) echo network ;;
	qemu-system-*' help') echo running ;;
	-netdev\ * | qemu-system-* | socket_vmnet_client\ * | vde_plug\ * | vde_vmnetctl\ run\ *) echo emulator ;;
	vde_vmnetctl | vde_vmnetctl\ * | monitor | port\ * | forward\ * | kill\ *) echo running ;;
	ip\ * | nft\ * | iptables\ * | conntrack\ * | ss\ * | ssh\ * | fuser\ *) echo running ;;
	sysctl\ net.ipv[46].* | sysctl\ net.bridge.* | sysctl\ net.netfilter.*) echo running ;;
	make | make\ rooms | make\ install | make\ install-sudoers* | make\ uninstall | make\ uninstall-sudoers) echo system ;;
	groupadd\ * | gpasswd\ * | usermod\ * | visudo\ * | systemd-sysusers) echo system ;;
	rmdir\ /run/* | chmod\ 644 | chmod\ 644\ /etc/*) echo system ;;
	systemctl\ * | journalctl\ *) echo service ;;
	ufw\ * | firewall-cmd\ *) echo firewall ;;
	esac
}
is_unrun() { # command
	local pattern
	for pattern in "${UNRUN[@]}"; do ! is_like "$1" "$pattern" || return 0; done
	return 1
}
is_like() { [[ $1. = $2. ]]; } # command pattern

# What the documents leave to the reader. QEMU runs without a guest; a line of its monitor has it send.
filled() { # command
	local qemu='-nodefaults -display none -monitor stdio -global virtio-net-pci.romfile='
	local nic='-device virtio-net-pci,netdev=net0' command=$1
	case $command in
	'-netdev socket,'*) command="socket_vmnet_client /tmp/vm.sock qemu-system-x86_64 ... ${command/fd=N/fd=3}" ;;
	'-netdev tap,'*)
		command=${command/fd=N/fd={fd\}}
		command="vde_vmnetctl run --via=tap -- qemu-system-x86_64 ... ${command/mac=MAC/mac={mac\}}"
		;;
	-netdev\ *) command="qemu-system-x86_64 ... $command" ;;
	vde_vmnet\ *) command="sudo $command" ;;
	vde_vmnetctl\ run*) command=${command/COMMAND.../qemu-system-x86_64 ... -netdev tap,id=net0,fd={fd\} $nic,mac={mac\}} ;;
	socket_vmnet_client\ *) command=${command/COMMAND.../qemu-system-x86_64 ... -netdev socket,id=net0,fd=3} ;;
	monitor | port\ * | forward\ *) command="sudo vde_vmnetctl $command" ;;
	esac
	[[ $command != *-netdev\ *,* || $command = *-device* ]] || command+=" $nic"
	[[ $command != *qemu-system-*,* ]] || command+=" $qemu"
	command=${command/qemu-system-x86_64 .../qemu-system-x86_64 -accel tcg -m 16}
	command=${command/-accel kvm/-accel tcg} # tests have no /dev/kvm
	sed -E 's,(socket_vmnet_client |addr\.path=)PATH,\1/tmp/vm.sock,; s,stream://SOCKET,stream:///tmp/vm.sock,
		s/\b(vde_vmnet-|--name=|vde_vmnet@)(NAME|\.\.\.)/\1shared/; s/\bGROUP\b/students/; s/\bDEVICE\b/spare0/; s/\bBRIDGE\b/br0/; s/=ZONE\b/=trusted/
		s/ ID$/ 2/; s,\bFILE\b,/run/vmnet.pid,
		s,=HELPER\b,=/usr/local/lib/vde_vmnet/vde_vmnet-bridge-helper,; s/=MAC\b/=52:54:00:00:00:0a/
		s/^ip rule add pref 10 \.\.\./ip rule add pref 10 lookup main/; s,chmod 644$,& /etc/vde_vmnet/shared.conf,' <<<"$command"
}

fail() { # as that of tests/net/lib.sh, which also is told by what fails there
	tail -q -n 60 $LOG /tmp/said | cat -v | sed 's/^/  /'
	echo "FAIL: ${PLACE:+$PLACE: $COMMAND: }$*"
	exit 1
}

: >/tmp/said
ALICE=/tmp/alice
AS_ALICE=(setpriv --reuid=alice --regid=alice --init-groups env -i --chdir=$ALICE PATH=/usr/local/bin:/usr/bin:/bin HOME=$ALICE USER=alice EDITOR=/tmp/editor)
# Who is told to be root has no sudo before it.
AS_ROOT=(env -i --chdir=$ALICE PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
caller() { # command
	case $1 in
	nft\ * | ip\ rule\ add\ * | *make\ install* | systemctl\ * | journalctl\ *) CALLER_OF=("${AS_ROOT[@]}") ;;
	*) CALLER_OF=("${AS_ALICE[@]}") ;;
	esac
}
on_host() { in_ns host "$@"; }
run() { # command
	caller "$1"
	on_host "${CALLER_OF[@]}" timeout 60 bash -c "$1" >/tmp/said 2>&1 </dev/null || fail "status $?"
}
# What it reads comes by descriptor 7.
run_beside() { # command
	caller "$1"
	ip netns exec host "${CALLER_OF[@]}" bash -c "$1" >/tmp/said 2>&1 <&7 &
	BESIDE=$!
}

# The commands of a kind, one after the other: each once, but for those of a firewall, where it matters
# what it was told before.
each() { # kind function
	local -A seen
	while IFS=$'\t' read -r PLACE COMMAND <&8; do
		[ "$(kind_of "$COMMAND")" = "$1" ] && ! is_unrun "$COMMAND" || continue
		[ -z "${seen[$COMMAND]:-}" ] || [ "$1" = firewall ] || continue
		seen[$COMMAND]=1
		echo "$PLACE: $COMMAND"
		: >/tmp/said
		"$2" "$(filled "$COMMAND")"
	done 8< <(commands)
	PLACE=
	expect [ ${#seen[@]} -gt 0 ]
	echo "${#seen[@]} commands"
}
