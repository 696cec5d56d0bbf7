# SPDX-License-Identifier: GPL-2.0-or-later
# A machine with a systemd of its own: this one's files under an overlay, in a
# container whose network is ns host of the topology, with the users alice (of the
# group vde-vmnet, once that is there) and bob. /tmp and the tree are shared with it.
#
# Its systemd makes the mounts and filters that the units ask for; seccomp and
# device lists are in force as on any machine.

MACHINE=/tmp/machine

# A control group of our own, for nspawn's would outlive it. Not below a user's
# session, from where nspawn refuses.
machine_group() {
	mkdir -p $MACHINE/groups
	mount -t cgroup2 none $MACHINE/groups 2>/dev/null || skip "no cgroup2"
	GROUP=$MACHINE/groups/vde_vmnet-test.$RANDOM
	mkdir "$GROUP" 2>/dev/null || skip "no control group can be made"
	trap machine_end EXIT
}
machine_end() {
	echo 1 >"$GROUP"/cgroup.kill
	wait_for 5 grep -q 'populated 0' "$GROUP"/cgroup.events
	find "$GROUP" -depth -type d -exec rmdir {} +
}

machine_files() {
	mkdir -p $MACHINE/disk $MACHINE/root
	mount -t tmpfs tmpfs $MACHINE/disk
	mkdir $MACHINE/disk/{upper,work}
	mount -t overlay -o lowerdir=/,upperdir=$MACHINE/disk/upper,workdir=$MACHINE/disk/work overlay $MACHINE/root
	# Where vde_vmnet is installed on this one: the machine has nothing of it yet.
	sed -i '/^vde-vmnet:/d' $MACHINE/root/etc/{passwd,group,shadow,gshadow}
	useradd -R $MACHINE/root -M alice
	useradd -R $MACHINE/root -M bob
	rm -f $MACHINE/root/etc/resolv.conf
	echo "nameserver $SERVER" >$MACHINE/root/etc/resolv.conf
	# What else this machine would start, or do now and then, is of no interest.
	local unit
	for unit in timers.target machines.target systemd-{resolved,timesyncd,udevd,udev-trigger}.service; do
		ln -sf /dev/null $MACHINE/root/etc/systemd/system/$unit
	done
}

boot_machine() {
	command -v systemd-nspawn >/dev/null || skip "no systemd-nspawn here"
	machine_group
	machine_files
	# /proc/sys and /sys as a machine has them, not read-only as in a container.
	SYSTEMD_NSPAWN_API_VFS_WRITABLE=yes SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 \
		unshare --mount sh -ec "echo 0 >$GROUP/cgroup.procs
			mount -t cgroup2 none /sys/fs/cgroup; exec \"\$@\"" sh \
		systemd-nspawn --quiet --register=no --keep-unit --directory=$MACHINE/root --resolv-conf=off \
		--timezone=off --link-journal=no --network-namespace-path=/run/netns/host \
		--capability=CAP_NET_ADMIN,CAP_NET_RAW,CAP_BPF --system-call-filter='bpf landlock_create_ruleset landlock_add_rule landlock_restrict_self' \
		--bind=/dev/net/tun --bind=/tmp --bind="$TOP" --boot systemd.unit=basic.target \
		</dev/null >$MACHINE/console 2>&1 &
	NSPAWN=$!
	wait_for 10 machine_booting
	if ended $NSPAWN; then skip "systemd-nspawn cannot run: $(tail -1 $MACHINE/console)"; fi
	wait_for 20 machine_is_up
}
# udev, which a machine has not by itself here; it hears of the devices of ns host alone.
machine_udev() {
	local root=$TOP/build/firewalls/root usr=$MACHINE/root/usr
	[ -d "$root" ] || skip "first: tests/firewall/make-firewalls"
	cp -a "$root"/usr/bin/udevadm "$usr/bin"
	ln -sf /usr/bin/udevadm "$usr/lib/systemd/systemd-udevd"
	cp -a "$root"/usr/lib/udev "$usr/lib"
	cp -a "$root"/usr/lib/systemd/system/*udevd* "$usr/lib/systemd/system"
	cp -a "$root"/usr/lib/systemd/network/99-default.link "$usr/lib/systemd/network"
	rm $MACHINE/root/etc/systemd/system/systemd-udevd.service # that it was masked
	on_machine systemctl daemon-reload
	on_machine systemctl start systemd-udevd
}
machine_booting() { ended $NSPAWN || machine_init; }
machine_init() {
	local pid
	for pid in $(cat "$GROUP"/payload/init.scope/cgroup.procs 2>/dev/null); do
		[ "$(sed -n 's/^NSpid:.*\t//p' /proc/"$pid"/status)" = 1 ] || continue
		INIT=$pid
		return
	done
	return 1
}
machine_is_up() { [[ $(on_machine systemctl is-system-running) =~ running|degraded ]]; }

on_machine() { nsenter --target="$INIT" --all "$@"; }
on_machine_sh() { on_machine sh -ec "$1"; }
make_on_machine() { on_machine make -s -C "$TOP" BUILD="$BUILD" "$@" >/tmp/make.log 2>&1 || {
	cat /tmp/make.log
	return 1
}; }
journal() { on_machine journalctl --no-pager -o cat -u "${1:-vde_vmnet@shared}"; }
journal_has() { journal "${2:-vde_vmnet@shared}" | grep -E -- "$1" >/dev/null; }
service() { on_machine systemctl show -P "$1" "vde_vmnet@${2:-shared}"; }

# Installed, and alice is one of those who may attach.
install_machine() {
	make_on_machine install
	on_machine usermod -aG vde-vmnet alice
	be alice
}
# Guests are attached by that user from here on.
be() {
	MACHINE_USER=$(on_machine id -u "$1")
	AS_USER=(nsenter --target="$INIT" --mount setpriv --reuid="$MACHINE_USER" --regid="$MACHINE_USER" --init-groups)
	SWITCH=/run/vde_vmnet/shared.ctl
}
# The same process as the machine numbers it, and as this side does.
machine_pid() {
	local pid number
	read -r number
	find "$GROUP" -name cgroup.procs -exec cat {} + | while read -r pid; do
		[ "$(sed -n 's/^NSpid:.*\t//p' /proc/"$pid"/status 2>/dev/null)" != "$number" ] || echo "$pid"
	done
}
# What a network's processes are, as this side sees them.
members() { cat "$GROUP"/payload/system.slice/system-vde_vmnet.slice/vde_vmnet@"${1:-shared}".service/cgroup.procs; }
member() { # beginning of its command line, network
	local pid
	for pid in $(members "${2:-shared}" 2>/dev/null); do
		[[ $(tr '\0' ' ' 2>/dev/null </proc/"$pid"/cmdline) != $1* ]] || {
			echo "$pid"
			return
		}
	done
	return 1
}
worker() { member vde_vmnet-worker "$@"; }
dnsmasq() { member 'dnsmasq ' "$@"; }
host_process() { member /usr/local/sbin/vde_vmnet "$@"; }
came_back() { # network, pid of the host process before
	local pid
	pid=$(service MainPID "$1")
	[ "$pid" != 0 ] && [ "$pid" != "$2" ] && [ "$(service SubState "$1")" = running ]
}

fail() {
	# (Without a unit of ours journalctl fails, which must not hide the message.)
	if [ -n "${INIT:-}" ]; then journal 'vde_*' 2>&1 | tail -40 | sed 's/^/  journal: /' || true; fi
	echo "FAIL: $*"
	exit 1
}
