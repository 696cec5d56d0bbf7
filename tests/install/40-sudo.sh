# SPDX-License-Identifier: GPL-2.0-or-later
# The sudoers example, with the real sudo and plain users: bin is in the group,
# daemon is not. /etc and /usr are this test's own.
. "$TOP/tests/net/processes.sh"

setup() {
	own_system
	mount -t tmpfs -o mode=755 tmpfs /usr/local
	groupadd -r vde-vmnet
	usermod -a -G vde-vmnet,disk,adm bin # and what the worker has no use for
	topology
	in_top install install-sudoers
}

in_top() { make -s -C "$TOP" "$@" >/tmp/make.log 2>&1 || {
	cat /tmp/make.log
	return 1
}; }
VMNET_PATH=/usr/local/sbin/vde_vmnet

# As a login would make it: with the user's groups, without anything of ours.
as() { # user command…
	local user=$1
	shift
	ip netns exec host setpriv --reuid="$user" --regid="$user" --init-groups env -i PATH=/usr/bin:/bin "$@" </dev/null
}
allowed() { as bin sudo -n -l "$@" >/tmp/said 2>&1; }
refused() { # command of bin's…
	local status=0
	as bin timeout 60 "$@" >/tmp/said 2>&1 || status=$?
	[ $status = 1 ] || fail "$*: status $status: $(cat /tmp/said)"
	grep -qE '^sudo: |^Sorry, |not allowed' /tmp/said || fail "$*: not sudo's word: $(cat /tmp/said)"
	refute pgrep -f "^$VMNET_PATH"
}

test_is_installed_for_root_alone_and_removed() {
	local file=/etc/sudoers.d/vde_vmnet
	expect [ "$(stat -c '%a %U %G' $file)" = '440 root root' ]
	expect visudo -c
	in_top uninstall-sudoers
	refute test -e $file
	refute in_top install-sudoers PREFIX=/usr/local/other >/dev/null
	expect grep -q 'There is no /usr/local/other/sbin/vde_vmnet; first: make install' /tmp/make.log
	in_top install install-sudoers PREFIX=/usr/local/other SUDOERS_GROUP=students SUDOERS_INTERFACE=eth0.7
	expect grep -q 'There is no group students yet: groupadd --system students' /tmp/make.log
	expect visudo -c
	expect grep -q '/usr/local/other/sbin/vde_vmnet --vmnet-mode=bridged --vmnet-interface=eth0.7$' $file
	expect grep -q '^%students ALL = (root) NOPASSWD:NOSETENV: VDE_VMNET$' $file
	refute grep -qE '^[^#]*(local/sbin|br0|%vde-vmnet)' $file
	in_top uninstall
	refute test -e $file
}

# The directory is sudo's.
test_the_directory_stays_as_it_is() {
	in_top uninstall-sudoers
	chmod 755 /etc/sudoers.d
	in_top install-sudoers
	expect [ "$(stat -c %a /etc/sudoers.d)" = 755 ]
}

test_the_example_is_valid() { expect visudo -cf "$TOP/etc/sudoers.d/vde_vmnet"; }

test_what_is_not_valid_is_not_installed() {
	local file=/etc/sudoers.d/vde_vmnet
	cp $file /tmp/first
	for bad in 'SUDOERS_GROUP=a b' 'SUDOERS_GROUP=a,ALL' 'SUDOERS_GROUP=' 'SUDOERS_INTERFACE=*' \
		'SUDOERS_INTERFACE=eth[0-9]' 'SUDOERS_INTERFACE=eth0 --pidfile=/etc/passwd' 'PREFIX=/usr/*'; do
		if in_top install-sudoers "$bad" >/dev/null; then fail "$bad is installed"; fi
		expect cmp $file /tmp/first
	done
	# An example that somebody broke.
	echo 'nonsense ?' >>"$TOP/etc/sudoers.d/vde_vmnet"
	refute in_top install-sudoers >/dev/null
	expect cmp $file /tmp/first
	expect [ "$(find /etc/sudoers.d -name '*.new' | wc -l)" = 0 ]
}

test_allowed_lines_are_allowed() {
	expect allowed $VMNET_PATH
	expect allowed $VMNET_PATH --vmnet-mode=shared
	expect allowed $VMNET_PATH --vmnet-mode=host
	expect allowed $VMNET_PATH --vmnet-mode=bridged --vmnet-interface=br0
	refute as daemon sudo -n -l $VMNET_PATH
}

test_every_variation_is_refused() {
	cp "$PROGRAM" /tmp/vde_vmnet
	mkdir /tmp/bin-own
	cp "$PROGRAM" /tmp/bin-own/vde_vmnet
	chown -R bin /tmp/bin-own
	local program=(sudo -n $VMNET_PATH)
	# another path
	refused sudo -n /tmp/vde_vmnet
	refused sudo -n /tmp/bin-own/vde_vmnet
	refused sudo -n /bin/sh
	# another option, an argument more, fewer, in another order, in one word
	refused "${program[@]}" --vmnet-mode=bridged
	refused "${program[@]}" --vmnet-mode=bridged --vmnet-interface=up0
	refused "${program[@]}" --vmnet-interface=br0 --vmnet-mode=bridged
	refused "${program[@]}" --vmnet-mode=shared /tmp/other.ctl
	refused "${program[@]}" --vmnet-mode=shared --pidfile=/etc/cron.d/x
	refused "${program[@]}" --vmnet-mode=shared --user=daemon
	refused "${program[@]}" --config=/tmp/conf
	refused "${program[@]}" --vmnet-mode shared
	refused "${program[@]}" --cleanup
	refused "${program[@]}" --name=other
	# another user, group, root, directory, descriptors
	refused sudo -n -u daemon $VMNET_PATH
	refused sudo -n -g daemon $VMNET_PATH
	refused sudo -n -R /tmp $VMNET_PATH
	refused sudo -n -D /tmp $VMNET_PATH
	refused sudo -n -C 9 $VMNET_PATH
	# the environment
	refused sudo -n -E $VMNET_PATH
	refused sudo -n DEBUG=1 $VMNET_PATH
	refused sudo -n LD_PRELOAD=/tmp/x.so $VMNET_PATH
	refused env DEBUG=1 sudo -n --preserve-env=DEBUG $VMNET_PATH
	# somebody outside the group
	refute as daemon sudo -n $VMNET_PATH
}

# sudo compares the words joined by blanks; the program does not.
test_words_that_sudo_cannot_tell_apart_are_refused_by_us() {
	local status words
	for words in '--vmnet-mode=bridged --vmnet-interface=br0' ''; do
		status=0
		as bin timeout 60 sudo -n $VMNET_PATH "$words" >/tmp/said 2>&1 || status=$?
		cat /tmp/said
		expect [ $status -ge 1 ]
		refute grep -q 'ready: ' /tmp/said
	done
	refute test -e /run/vde_vmnet
}

# On a terminal of its own, for Ctrl-C.
start() { # "arguments" environment…
	local arguments=$1
	shift
	mkfifo /tmp/keys
	exec 7<>/tmp/keys
	: >/tmp/said
	ip netns exec host setpriv --reuid=bin --regid=bin --init-groups env -i --default-signal=INT PATH=/usr/bin:/bin SHELL=/bin/sh "$@" \
		script -qefc "sudo -n $VMNET_PATH $arguments" /dev/null <&7 >/tmp/said 2>&1 &
	SUDO=$!
	wait_for 15 grep -q 'Ctrl-C here' /tmp/said
	VMNET=$(pgrep -of "^$VMNET_PATH")
	RUNS_AS=$(user root) DNSMASQ_AS=$(dnsmasq_user) INHERITS=
	WORKER_AS="$(id -u bin) $(id -g bin) $({
		id -g bin
		getent group vde-vmnet | cut -d: -f3
	} | sort -nu | paste -sd' ')"
	MACHINE_USER=bin AS_USER=(setpriv --reuid=bin --regid=bin --clear-groups)
}
press_ctrl_c() {
	printf '\003' >&7
	wait_for 5 ended $SUDO
	expect grep -q 'stopping: Interrupt' /tmp/said
	rm -rf /tmp/keys
}

test_network_is_the_users_and_ends_with_ctrl_c() {
	before
	start --vmnet-mode=shared
	expect [ "$(stat -c '%a %U %G' /run/vde_vmnet/shared.ctl)" = '3770 bin vde-vmnet' ]
	guest g1 /run/vde_vmnet/shared.ctl
	lease g1
	expect reaches g1 $GATEWAY
	kill $PLUG_g1
	ip netns del g1
	press_ctrl_c
	expect same_as_before
}

# Guests on the bridge of the host, which has its address; another host is beyond it.
test_bridged() {
	ip -n host link add br0 type bridge
	ip -n host link set br0 up
	ip -n host link set up0 master br0
	ip -n host addr del 198.51.100.2/24 dev up0
	ip -n host addr add 198.51.100.2/24 dev br0
	before
	start '--vmnet-mode=bridged --vmnet-interface=br0'
	expect_confined $VMNET "$(worker_pid)" -
	expect [ "$(stat -c '%a %U %G' /run/vde_vmnet/bridged.br0.ctl)" = '3770 bin vde-vmnet' ]
	guest g1 /run/vde_vmnet/bridged.br0.ctl
	ip -n g1 addr add 198.51.100.9/24 dev eth0
	expect reaches g1 198.51.100.1
	expect reaches g1 198.51.100.2
	expect reaches inet 198.51.100.9
	kill $PLUG_g1
	ip netns del g1
	press_ctrl_c
	expect same_as_before
}

test_processes_are_confined() {
	local mode dnsmasq
	for mode in shared host; do
		start --vmnet-mode=$mode
		dnsmasq=$(dnsmasq_pid)
		expect_confined $VMNET "$(worker_pid)" "$dnsmasq"
		kill -KILL "$dnsmasq"
		wait_for 3 dnsmasq_after "$dnsmasq"
		expect_confined $VMNET "$(worker_pid)" "$(dnsmasq_pid)"
		press_ctrl_c
	done
	# At his own switch, which an administrator could permit as well.
	echo "bin ALL = (root) NOPASSWD:NOSETENV: $VMNET_PATH $SWITCH" >/etc/sudoers.d/switch
	start_switch
	start $SWITCH
	WORKER_AS="$(id -u bin) $(id -g bin) $(id -g bin)" # nobody is let in there by us
	expect_confined $VMNET "$(worker_pid)" "$(dnsmasq_pid)"
	stop_switch
	wait_for 3 grep -q 'the peer is gone; waiting for it' /tmp/said
	start_switch
	wait_for 3 connected_twice
	expect_confined $VMNET "$(worker_pid)" "$(dnsmasq_pid)"
	# What no worker may ends it, and all that was started.
	expect [ "$("$CALLER" "$(worker_pid)" ptrace)" = killed ]
	wait_for 5 ended $SUDO
	expect grep -q 'the worker made the system call [0-9]* (ptrace), which' /tmp/said
	refute pgrep -f '^vde_vmnet|^dnsmasq --keep'
	refute test -e /run/vde_vmnet
}
connected_twice() { [ "$(grep -c "$SWITCH: connected" /tmp/said)" = 2 ]; }

test_sigterm_is_handed_on() {
	start --vmnet-mode=host
	kill -TERM "$(pgrep -of '^sudo -n')"
	wait_for 5 ended $SUDO
	expect grep -q 'stopping: Terminated' /tmp/said
	refute test -e /run/vde_vmnet
}

# Even where the administrator of sudo is generous to others.
test_environment_is_without_effect() {
	printf 'Defaults env_keep += "DEBUG VDEPLUGIN_PATH LD_PRELOAD LD_LIBRARY_PATH NOTIFY_SOCKET"\nDefaults setenv\n' >/etc/sudoers.d/generous
	chmod 440 /etc/sudoers.d/generous
	expect visudo -c
	refused sudo -n DEBUG=1 $VMNET_PATH
	refused sudo -n -E $VMNET_PATH
	local variable
	local -a variables=(DEBUG=1 VDEPLUGIN_PATH=/tmp LD_PRELOAD=/tmp/evil.so LD_LIBRARY_PATH=/tmp NOTIFY_SOCKET=/tmp/n SUDO_UID=0 SUDO_USER=root)
	start --vmnet-mode=shared "${variables[@]}"
	refute grep -q 'debug: ' /tmp/said
	for variable in "${variables[@]}"; do
		refute grep -qzxF "$variable" /proc/$VMNET/environ
	done
	expect_confined $VMNET "$(worker_pid)" "$(dnsmasq_pid)"
}
