# SPDX-License-Identifier: GPL-2.0-or-later
# What differs for a service, of what /proc says of a network's processes; and where it is kept.
. "$TOP/tests/net/processes.sh"

# All of it: nobody is root, nobody can become it, and all filters are on.
expect_service() { # network more-kinds…
	local served=- dnsmasq
	if dnsmasq=$(dnsmasq "$1"); then served=$dnsmasq; fi
	RUNS_AS=$(on_machine id -u vde-vmnet)
	RUNS_AS="$RUNS_AS $RUNS_AS $RUNS_AS" WORKER_AS=$RUNS_AS DNSMASQ_AS=$RUNS_AS
	HOLDS=$NETWORKING BOUND=$NETWORKING PRIVILEGES=1 STREAM=JOURNAL_STREAM INHERITS=
	FILTERS=$(status_of "$(host_process "$1")" Seccomp_filters) # systemd's
	expect [ "$FILTERS" -gt 0 ]
	expect_confined "$(host_process "$1")" "$(worker "$1")" "$served" "${@:2}"
	expect_kept "$(worker "$1")" /dev/net/tun /run/vde_switch /run/vde_vmnet /var/lib/vde_vmnet
}

# Its switch: without any capability, and without a network.
expect_switch() { # network
	local pid
	pid=$(cat "$GROUP"/payload/system.slice/system-vde_switch.slice/vde_switch@"$1".service/cgroup.procs)
	expect [ "$(runs_as "$pid")" = "$RUNS_AS" ]
	expect [ "$(capabilities "$pid")" = "$NONE $NONE $NONE $NONE $NONE" ]
	expect [ "$(status_of "$pid" NoNewPrivs)" = 1 ]
	expect [ "$(status_of "$pid" Seccomp)" = 2 ]
	refute [ "$(readlink /proc/"$pid"/ns/net)" = "$(readlink /proc/"$INIT"/ns/net)" ]
	expect_kept "$pid" /run/vde_switch
}

# In a mount namespace where its user may write to these places and its own /tmp alone, and
# sees nobody's home.
expect_kept() { # pid path…
	local pid=$1 directory
	shift
	refute [ "$(readlink /proc/"$pid"/ns/mnt)" = "$(readlink /proc/"$INIT"/ns/mnt)" ]
	for directory in /home /root /run/user; do
		expect [ "$(stat -c %a /proc/"$pid"/root$directory)" = 0 ]
		expect [ -z "$(ls -A /proc/"$pid"/root$directory)" ]
	done
	refute test -e /proc/"$pid"/root/tmp/machine # the machine's
	# Where others could write, there is nothing to write to.
	for directory in / /etc /usr /var /var/lib; do refute nsenter --target="$pid" --mount test -w $directory; done
	# (Of /run, systemd 252 in a container leaves what is everybody's.)
	cut -d' ' -f5 /proc/"$pid"/mountinfo | sort -u | nsenter --target="$pid" --mount \
		setpriv --reuid="${RUNS_AS%% *}" --regid="${RUNS_AS##* }" --clear-groups \
		xargs sh -c 'for path; do [ ! -w "$path" ] || echo "$path"; done' sh >/tmp/writable
	# Since 254 systemd lets a service ask for word of memory that runs short (PSI).
	sed -i '\,^/sys/fs/cgroup/.*/memory\.pressure$,d' /tmp/writable
	expect none_but "$@" /tmp /var/tmp /dev/shm /dev/mqueue /run/lock </tmp/writable
	expect [ "$(grep -cxE "$(
		IFS='|'
		echo "$*"
	)" /tmp/writable)" = $# ]
}
