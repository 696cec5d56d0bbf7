# SPDX-License-Identifier: GPL-2.0-or-later
# Every command of README, the pages of doc and the EXAMPLES of the manual pages works as it stands
# there, and none is there that no test runs, without a reason. tests/systemd and tests/firewall have
# those of systemd, ufw and firewalld.
. "$TOP/tests/install/commands.sh"

setup() {
	PATH=/usr/local/sbin:/usr/local/bin:$PATH
	own_system
	mount -t tmpfs -o mode=755 tmpfs /usr/local
	make -s -C "$TOP" install >/tmp/make.log 2>&1 || fail "$(cat /tmp/make.log)"
	groupadd --system vde-vmnet
	useradd --system --gid vde-vmnet vde-vmnet
	groupadd --force --system kvm
	groupadd --force lab
	useradd --no-create-home --home-dir $ALICE --groups vde-vmnet --shell /bin/bash alice
	install -d -o alice $ALICE
	mkdir -p /etc/sudoers.d
	printf 'alice ALL = NOPASSWD: ALL\nDefaults:alice env_keep += EDITOR\n' >/etc/sudoers.d/alice
	MACHINE_USER=alice AS_USER=(setpriv --reuid=alice --regid=alice --init-groups)
	topology
	serve_dns
	reader_host
	ln -s /bin/true /tmp/editor
	mkfifo /tmp/keys
	exec 7<>/tmp/keys
}
# The host of topology(), with the devices that documents name.
reader_host() {
	ips host 'link set up0 down' 'link set up0 name eth0' 'link set eth0 up' 'route add default via 198.51.100.1' \
		'link add lab0 type veth peer name lab1' 'link set lab0 up' 'addr add 172.20.0.1/24 dev lab0' \
		'link add br0 type bridge' 'link set br0 up'
	in_ns host iptables -N DOCKER-USER
	exec {LOCK}>/run/xtables.lock # for fuser
	command -v uuidgen >/dev/null || {
		printf '#!/bin/sh\ncat /proc/sys/kernel/random/uuid\n' >/usr/local/bin/uuidgen
		chmod 755 /usr/local/bin/uuidgen
	}
}

# ---- networks ----

# Like that of tests/net/lib.sh, for start_vmnet: a command as it stands.
launch_vmnet() {
	caller "$1"
	[[ $1 != exec\ * ]] || CALLER_OF=("${SERVICE[@]}")
	ip netns exec host "${CALLER_OF[@]}" bash -c "$1" >>$LOG 2>&1 </dev/null &
	VMNET=$!
}
# Not sudo, which waits for it and has its status.
daemon_pid() { pgrep -xf 'vde_vmnet( .*)?'; }
end_network() {
	kill "$(daemon_pid)"
	wait $VMNET || fail "it ended with status $?"
}
network() { # command
	: >$LOG
	case $1 in
	'# '*)
		configuration "$1"
		network "sudo vde_vmnet --config=$FILE"
		;;
	vde_switch\ *)
		make_switch "$1"
		end_switch
		;;
	*--check* | *--cleanup* | *'=?'* | *--help* | *--version*) run "$1" ;;
	*' /tmp/vde.ctl'*)
		make_switch 'vde_switch -s /tmp/vde.ctl'
		start_vmnet "$1"
		wait_for 5 log_has 'vde.ctl: connected'
		end_network
		end_switch
		;;
	*)
		start_vmnet "$1"
		end_network
		;;
	esac
}
make_switch() { # command
	rm -f /tmp/sw.pid
	run_beside "$1 -d -p /tmp/sw.pid"
	wait_for 5 test -s /tmp/sw.pid
}
end_switch() {
	stop_switch
	wait $BESIDE
}
configuration() { # "# NAME.conf<tab>line…"
	FILE=$(sed -E '1s/^# ([a-z.]*).*/\1/; q' <<<"${1//$'\t'/$'\n'}")
	tr '\t' '\n' <<<"$1" >$ALICE/"$FILE"
}
configurations() {
	while IFS= read -r; do configuration "${REPLY#*$'\t'}"; done < <(commands | grep $'\t# ')
}

test_networks_start() {
	configurations
	each network network
}

# ---- emulators ----

# A network with all that they attach to. A point in its own directory has a service alone.
network_for() { # command
	local wanted='sudo vde_vmnet switch:///run/vde_vmnet/shared.ctl switch:///tmp/vde.ctl stream:///tmp/vm.sock ptp:///tmp/vde.ptp tap://'
	[[ $1 != */run/vde_vmnet/*.ptp/* ]] || wanted='exec vde_vmnet ptp:///run/vde_vmnet/shared.ptp/vm'
	[ "$wanted" != "${RUNS:-}" ] || return 0
	[ -z "${RUNS:-}" ] || end_network
	RUNS=$wanted
	rm -rf /run/vde_vmnet /var/lib/vde_vmnet # which are the one's or the other's
	[[ $wanted != exec\ * ]] || as_service vde-vmnet
	start_vmnet "$wanted"
}
ports() { in_ns host vde_vmnetctl --json ports | jq "$1"; }
# From others than the host.
frames() { ports '[.[] | select(.kind != "tap") | ."rx-frames"] | add // 0'; }
heard_or_ended() { [ "$(frames)" -gt "$HEARD" ] || ended $BESIDE; }
guests() { ports '[.[] | select(has("pid"))] | length'; }

emulator() { # command
	if [[ $1 = *vhost=on* ]] && [ ! -e /dev/vhost-net ]; then
		echo '  without vhost-net, which is not here'
		set -- "${1/vhost=on/vhost=off}"
	fi
	network_for "$1"
	HEARD=$(frames)
	run_beside "$1"
	case $1 in
	vde_plug*) bytes "003c ffffffffffff 525400000009 88b5 $(printf '00%.0s' {1..46})" >&7 ;;
	*) echo announce_self >&7 ;;
	esac
	wait_for 10 heard_or_ended
	! ended $BESIDE || fail 'it has ended'
	pkill -x 'qemu-system-x86|vde_plug'
	wait $BESIDE || true
	wait_for 5 prints 0 guests
}
test_emulators_attach() {
	truncate --size=1M $ALICE/disk.qcow2
	chown alice $ALICE/disk.qcow2
	each emulator emulator
}

# ---- what is said to a network that runs ----

declare -A NETWORKS
networks_run() {
	local name
	for name in shared lab; do
		[ -z "${NETWORKS[$name]:-}" ] || ended "${NETWORKS[$name]}" || continue
		if [ $name = shared ]; then
			start_vmnet 'sudo vde_vmnet --pidfile=/run/vmnet.pid'
			! in_ns g1 true 2>/dev/null || ip netns del g1
			guest g1 /run/vde_vmnet/shared.ctl
			static_address g1 5
			in_ns g1 socat TCP-LISTEN:22,fork,reuseaddr 'SYSTEM:echo SSH-2.0-guest; head -1 >>/tmp/heard' &
			wait_for 5 listens g1 t 22
		else
			start_vmnet 'sudo vde_vmnet --name=lab'
		fi
		NETWORKS[$name]=$VMNET
	done
}
forwards() { in_ns host vde_vmnetctl --json forward list | jq -r '.[].forward' | grep -xF "$1"; }
# What comes to the port is the guest's, whatever address a document gives it.
leads_to_the_guest() { # forward
	local guest=${1#*-}
	ip -n g1 addr replace "${guest%:*}/24" dev eth0
	expect [ "$(answer_of inet TCP:198.51.100.2:2222)" = SSH-2.0-guest ]
}
# A guest that comes and goes.
shown_or_ended() {
	as_user vde_plug /run/vde_vmnet/shared.ctl </dev/null
	[ -s /tmp/said ] || ended $BESIDE
}
has_sysctl() { in_ns host test -e /proc/sys/"${1//.//}"; }

running() { # command
	local last=${1##* } program=${1#sudo }
	networks_run
	if ! command -v "${program%% *}" >/dev/null || { [[ $program = sysctl\ * ]] && ! has_sysctl "${last%=*}"; }; then
		echo '  not here'
		return
	fi
	case $1 in
	*' forward add '*)
		run "$1"
		leads_to_the_guest "$last"
		in_ns host vde_vmnetctl forward remove "$last"
		;;
	*' forward remove '*)
		in_ns host vde_vmnetctl forward add "$last"
		run "$1"
		;;
	ssh\ *) # it is heard; the guest is none that could let it in
		in_ns host vde_vmnetctl forward add tcp::2222-192.168.105.5:22
		: >/tmp/heard
		run_beside "${1/ssh/ssh -o BatchMode=yes}"
		wait_for 10 grep -q ^SSH-2 /tmp/heard
		in_ns host vde_vmnetctl forward remove tcp::2222-192.168.105.5:22
		;;
	*'vde_vmnetctl monitor'*)
		run_beside "$1"
		wait_for 10 shown_or_ended
		! ended $BESIDE || fail 'it has ended'
		kill $BESIDE
		wait $BESIDE || true
		;;
	*'kill -USR1'*)
		: >$LOG
		run "$1"
		wait_for 5 log_has 'port vmnet-shared: in '
		;;
	*'kill $'* | *'vde_vmnetctl stop'*)
		run "$1"
		wait_for 5 ended "${NETWORKS[shared]}"
		;;
	*'ip link delete '*)
		ip -n host link add "$last" type bridge
		run "$1"
		;;
	*) run "$1" ;;
	esac
}
test_networks_that_run_are_looked_at_and_changed() { each running running; }

# ---- the system ----

system() { # command
	case $1 in
	*make*) in_top "cd $TOP && $1" ;;
	*rmdir*)
		mkdir /run/vde_vmnet
		run "$1"
		;;
	*) run "$1" ;;
	esac
}
in_top() { # command
	[ -x /usr/local/sbin/vde_vmnet ] || make -s -C "$TOP" install >/tmp/said 2>&1
	run "$1"
}
test_the_system_is_set_up() {
	chown -R alice "$TOP"
	each system system
}

# ---- all of them ----

unknown() {
	local place command
	while IFS=$'\t' read -r place command; do
		is_unrun "$command" || [ -n "$(kind_of "$command")" ] || echo "$place: a command that nobody runs: $command"
	done < <(commands)
}
unused() {
	local pattern command file
	commands | cut -f 2 >/tmp/commands
	for pattern in "${UNRUN[@]}"; do
		while IFS= read -r command; do ! is_like "$command" "$pattern" || continue 2; done </tmp/commands
		echo "commands.txt: no document has $pattern"
	done
	for file in $(grep -oE 'tests/[^ ,;]+' tests/install/commands.txt); do [ -e "$file" ] || echo "commands.txt: there is no $file"; done
}
test_every_command_is_run_or_has_a_reason() {
	none unknown
	none unused
	expect [ "$(commands | wc -l)" -gt 100 ]
}

MD=.md # after which tests/tree looks for documents
# All shapes in which commands stand there are found, and what is none is not.
test_what_nobody_runs_is_found() {
	cat >/tmp/page$MD <<-'END'
		| `frobnicate`, `vde_vmnet` | `sudo frobnicate \| cat` and `sudo vde_vmnet --mtu=1400` |

		- In a list:

		  ```
		  $ sudo list-it
		  what it says
		  $ sudo vde_vmnetctl list
		  ```

		```
		# a remark
		ID=$(new-id)
		show "$ID" \
		    --twice
		```

		```
		[Service]
		Group=x
		```
	END
	printf '%s\n' '.SH OPTIONS' .nf 'no example' .fi '.SH EXAMPLES' .nf 'tell \-\-me \(aqx\(aq' .fi >/tmp/page.1
	DOCUMENTS=(/tmp/page$MD /tmp/page.1)
	unknown | sed "s,^/tmp/page$MD,PAGE," >/tmp/unknown
	diff - /tmp/unknown <<-'END' || fail '< what is there, > what is found'
		PAGE:1: a command that nobody runs: sudo frobnicate | cat
		PAGE:6: a command that nobody runs: sudo list-it
		PAGE:14: a command that nobody runs: ID=$(new-id); show "$ID" --twice
		/tmp/page.1:7: a command that nobody runs: tell --me 'x'
	END
	expect [ "$(commands | wc -l)" = 6 ]
	expect grep -qxF 'commands.txt: no document has chmod u+s vde_vmnet' <(unused)
}
