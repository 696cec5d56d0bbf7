# SPDX-License-Identifier: GPL-2.0-or-later
# Who runs as whom, with what: what /proc says of each process of a running network.
# A tier (net, install by sudo, systemd) sets what differs from root's own shell:

RUNS_AS=                                                                 # uid, gid, groups of the host process, by "user"; else this shell's
HOLDS=00000000000035e1                                                   # CHOWN KILL SETGID SETUID SETPCAP, NET_BIND_SERVICE NET_ADMIN NET_RAW
BOUND=0000000000000000                                                   # of the worker: a bounding set shrinks by CAP_SETPCAP only
PRIVILEGES=0 FILTERS=0                                                   # no_new_privs, and seccomp filters, before we come
STREAM=                                                                  # JOURNAL_STREAM: what of the caller's environment goes on
WORKER_AS= DNSMASQ_AS=                                                   # theirs
INHERITS=$$                                                              # whose descriptors the host process has as well, if anyone's
NETWORKING=0000000000003400 ADMIN=0000000000001000 NONE=0000000000000000 # capabilities

status_of() { sed -n "s/^$2:[[:space:]]*//p" /proc/"$1"/status; }
no_connector() { ! pgrep -f '^vde_vmnet-connector'; }

# As a login would have it, and a group more.
user() { # name [line of group(5)]
	echo "$(id -u "$1") $(id -g "$1") $({
		id -G "$1" | tr ' ' '\n'
		echo "${2:-}" | cut -sd: -f3
	} | sort -nu | paste -sd' ')"
}
# Whom root's dnsmasq runs as.
dnsmasq_user() {
	local name
	for name in dnsmasq vde-vmnet nobody; do ! id "$name" >/dev/null 2>&1 || {
		user $name
		return
	}; done
}
# Real, effective, saved and that of files are one.
runs_as() { # pid
	echo "$(status_of "$1" Uid | tr '\t' '\n' | sort -u | paste -sd,) $(status_of "$1" Gid | tr '\t' '\n' | sort -u | paste -sd,) $(status_of "$1" Groups | sed 's/ *$//')"
}
capabilities() { for set in CapInh CapPrm CapEff CapBnd CapAmb; do status_of "$1" $set; done | paste -sd' '; }

# Each open socket that it could have: inode, and family (of netlink, the protocol too). What
# a unix socket accepts is of the other side's network namespace.
sockets() { # pid
	{ cat /proc/[0-9]*/net/unix 2>/dev/null || true; } | awk '{ print $7, "unix" }'
	(cd /proc/"$1"/net && awk '{ print $(FILENAME == "packet" ? 9 : 10), FILENAME (FILENAME == "netlink" ? $2 : "") }' \
		netlink packet tcp tcp6 udp udp6 raw raw6)
}
# Descriptors beyond stdio.
descriptors() { # pid
	find /proc/"$1"/fd -type l -regex '.*/\([3-9]\|[0-9][0-9]+\)' -printf '%l\n' | sort
}
# What descriptors are, each kind once: "eventpoll timerfd unix /dev/net/tun".
kinds() { # pid, of its network namespace
	sockets "$1" >/tmp/sockets
	sed 's/^socket:\[\(.*\)\]/\1/; s/^anon_inode:\[*\([^]]*\)\]*/\1/; s/^pipe:.*/pipe/' |
		awk 'NR == FNR { family[$1] = $2; next } { print $1 in family ? family[$1] : $0 }' /tmp/sockets - | sort -u
}
# Lines that are none of the patterns; fails where there are some.
none_but() { ! grep -vxE "$(
	IFS='|'
	echo "$*"
)"; }

# Its descriptors are of those kinds, patterns of whole lines; what is open for a moment may go first.
expect_kinds() { # pid pattern…
	local end
	give_up_after 2 end
	until descriptors "$1" | kinds "$1" | none_but "${@:2}" >/tmp/strange; do
		[ $SECONDS -le $end ] || fail "descriptors of $(tr '\0' ' ' </proc/"$1"/cmdline): $(paste -sd' ' /tmp/strange)"
	done
}
# Two processes have no socket and no pipe in common, but of those kinds.
expect_apart() { # pid pid kind…
	comm -12 <(descriptors "$1") <(descriptors "$2") | sed -n '/^socket:/p; /^pipe:/p' | kinds "$1" >/tmp/common
	expect none_but none "${@:3}" </tmp/common
}

# What is true of all three children.
expect_child() { # pid "uid gid groups" variables-of-the-environment…
	expect [ "$(runs_as "$1")" = "$2" ]
	refute [ "$(status_of "$1" Uid | cut -f1)" = 0 ]
	expect [ "$(status_of "$1" NoNewPrivs)" = 1 ]
	expect [ "$(tr '\0' '\n' </proc/"$1"/environ | sed 's/=.*//' | sort | paste -sd' ')" = "${*:3}" ]
	expect [ "$(readlink /proc/"$1"/cwd)" = / ]
	# It stays where the host process is; its own rights confine it there.
	for space in mnt net pid user; do
		expect [ "$(readlink /proc/"$1"/ns/$space)" = "$(readlink /proc/"$VMNET"/ns/$space)" ]
	done
	expect [ "$(stat -Lc %d:%i /proc/"$1"/root)" = "$(stat -Lc %d:%i /proc/"$VMNET"/root)" ]
}

expect_host_process() { # pid more-kinds…
	local inherited=
	expect [ "$(runs_as "$1")" = "${RUNS_AS:-$(runs_as $$)}" ]
	expect [ "$(capabilities "$1")" = "$NONE $HOLDS $HOLDS $HOLDS $NONE" ]
	expect [ "$(status_of "$1" NoNewPrivs)" = $PRIVILEGES ]
	expect [ "$(status_of "$1" Seccomp_filters)" = $FILTERS ]
	expect [ "$(stat -c %U /proc/"$1"/fd)" = root ] # nobody else looks into it
	# Netlink: routes (0), nftables (12). In mode shared, the watch over resolv.conf. What
	# dnsmasq writes.
	[ -z "$INHERITS" ] || inherited=$(descriptors "$INHERITS" | sed 's/^pipe:.*/pipe/' | paste -sd'|')
	expect_kinds "$1" unix udp pipe netlink0 netlink12 eventpoll timerfd signalfd pidfd /dev/null \
		inotify '/proc/[0-9]*/mountinfo' /run/vde_vmnet '/run/vde_vmnet/[^/]*\.state' '/memfd:vde_vmnet \(deleted\)' "${inherited:-none}" "${@:2}"
}

# From the copy of the program, where others of its user cannot look into it.
expect_from_memory() { # pid
	expect [ "$(readlink /proc/"$1"/exe)" = '/memfd:vde_vmnet (deleted)' ]
	expect [ "$(stat -c %U /proc/"$1"/fd)" = root ]
}

expect_worker() { # pid more-kinds…
	expect_child "$1" "$WORKER_AS" ${STREAM:+$STREAM} LC_ALL PATH
	expect [ "$(capabilities "$1")" = "$NONE $NONE $NONE $BOUND $NONE" ]
	expect [ "$(status_of "$1" Seccomp)" = 2 ]
	expect [ "$(status_of "$1" Seccomp_filters)" = $((FILTERS + 2)) ]
	expect_kinds "$1" unix eventpoll timerfd /dev/net/tun "${@:2}"
	# One TAP, which the host process has no more. That keeps but the packet socket, to tell it addresses.
	expect [ "$(descriptors "$1" | grep -c /dev/net/tun)" = 1 ]
	expect [ "$(grep -l '^iff:.vmnet-' /proc/"$1"/fdinfo/* | wc -l)" = 1 ]
	expect_from_memory "$1"
	expect_apart "$1" "$VMNET" packet
	expect [ "$(readlink /proc/"$1"/fd/{0,1,2} | paste -sd' ')" = \
		"/dev/null $(readlink /proc/"$VMNET"/fd/{2,2} | paste -sd' ')" ]
}

# One that stays, between libvdeplug and the worker.
expect_connector() { # pid more-kinds…
	expect_child "$1" "$WORKER_AS" ${STREAM:+$STREAM} LC_ALL PATH
	expect [ "$(capabilities "$1")" = "$NONE $NONE $NONE $BOUND $NONE" ]
	expect [ "$(status_of "$1" Seccomp_filters)" = $FILTERS ]
	expect_kinds "$1" unix "${@:2}"
	expect_apart "$1" "$VMNET"
	expect_from_memory "$1"
}

# Its own sockets (netlink: of routes), its leases, inotify; the log.
expect_dnsmasq() { # pid
	expect_child "$1" "$DNSMASQ_AS" LC_ALL PATH
	expect [ "$(capabilities "$1")" = "$NETWORKING $NETWORKING $NETWORKING $NETWORKING $NETWORKING" ]
	expect [ "$(status_of "$1" Seccomp_filters)" = $((FILTERS + 1)) ]
	expect_kinds "$1" netlink0 'udp6?' 'tcp6?' 'raw6?' inotify pipe '/var/lib/vde_vmnet/[^/]*\.leases'
	expect_apart "$1" "$VMNET" pipe
	# Where it writes is read by the host process, and by nobody else.
	expect [ "$(comm -12 <(descriptors "$1") <(descriptors "$VMNET") | grep -c '^pipe:')" = 1 ]
}

# It waits for the end of the host process, with a copy of the socket that the rules belong to.
expect_watcher() { # pid
	expect [ "$(runs_as "$1")" = "${RUNS_AS:-$(runs_as $$)}" ]
	expect [ "$(capabilities "$1")" = "$ADMIN $ADMIN $ADMIN $([ $BOUND = $NONE ] && echo $ADMIN || echo $BOUND) $ADMIN" ]
	expect [ "$(status_of "$1" NoNewPrivs)" = 1 ]
	expect_kinds "$1" pidfd netlink12
	expect_apart "$1" "$VMNET" netlink12
}

# All of a network; once its endpoints are open.
expect_confined() { # host-process worker dnsmasq (or -) more-kinds…
	local VMNET=$1
	wait_for 3 no_connector
	expect_host_process "$1" "${@:4}"
	expect_worker "$2" "${@:4}"
	local watcher
	for watcher in $(pgrep -P "$1" -f '^vde_vmnet-watcher'); do expect_watcher "$watcher"; done
	if [ "$3" != - ]; then expect_dnsmasq "$3"; fi
}
