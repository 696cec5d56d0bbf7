# SPDX-License-Identifier: GPL-2.0-or-later
# Where root may install what root will run. Trees of /tmp/p stand for /usr/local.

CHECK=$TOP/etc/check-prefix.sh
setup() {
	mount -t tmpfs -o mode=755 tmpfs /tmp
	own_system
	mkdir -p /tmp/p/sbin
}

refuses() { # path reason
	if "$CHECK" "$1" >/tmp/said 2>&1; then fail "$1 is accepted"; fi
	expect [ "$(wc -l </tmp/said)" = 1 ]
	grep -qE -- "$2: whoever can write there could replace a program" /tmp/said || fail "$(cat /tmp/said)"
}
accepts() { "$CHECK" "$1" || fail "$1 is refused"; }

test_a_directory_of_roots_is_accepted() {
	accepts /tmp/p/sbin
	accepts /tmp/p/not/yet/there
	accepts /tmp//p/./sbin/../sbin/
	accepts /
	ln -s p/sbin /tmp/link
	accepts /tmp/link
}

test_each_parent_is_looked_at() {
	local at
	for at in /tmp/p/sbin /tmp/p; do
		chown bin $at
		refuses /tmp/p/sbin "$at belongs to bin"
		refuses /tmp/p/sbin/not/yet "$at belongs to bin"
		chown root $at
		chmod 757 $at
		refuses /tmp/p/sbin "everybody can write to $at"
		chmod 775 $at
		chgrp staff $at
		accepts /tmp/p/sbin # nobody is in it
		usermod_in staff daemon
		refuses /tmp/p/sbin "the group staff can write to $at"
		umount /etc/group
		chmod 755 $at
	done
}
usermod_in() { # group user
	sed "s/^\($1:.*:\)$/\1$2/" /etc/group >/tmp/group
	mount --bind /tmp/group /etc/group
}

# The primary group of somebody: no member of it is listed.
test_a_users_own_group_is_not_empty() {
	chgrp daemon /tmp/p
	chmod 775 /tmp/p
	refuses /tmp/p/sbin 'the group daemon can write to /tmp/p'
}

test_a_sticky_directory_is_only_as_safe_as_what_is_in_it() {
	chmod 1777 /tmp/p
	accepts /tmp/p/sbin
	refuses /tmp/p/other 'everybody can write to /tmp/p'
	refuses /tmp/p 'everybody can write to /tmp/p'
	chown bin /tmp/p/sbin
	refuses /tmp/p/sbin 'everybody can write to /tmp/p'
}

test_links_are_followed_as_the_kernel_would() {
	mkdir -p /tmp/theirs/sbin
	chown bin /tmp/theirs
	ln -s /tmp/theirs/sbin /tmp/p/link
	refuses /tmp/p/link '/tmp/theirs belongs to bin'
	refuses /tmp/p/link/deeper '/tmp/theirs belongs to bin'
	ln -s ../theirs/../theirs/sbin /tmp/p/relative
	refuses /tmp/p/relative '/tmp/theirs belongs to bin'
	ln -s ../p/sbin /tmp/theirs/back # a way through somebody else's hands
	refuses /tmp/theirs/back '/tmp/theirs belongs to bin'
	ln -s loop /tmp/p/loop
	refuses /tmp/p/loop 'too many links on the way to /tmp/p/loop'
	touch /tmp/p/file
	refuses /tmp/p/file/sbin '/tmp/p/file is not a directory'
}

# For sudo the program itself counts, too, wherever a link leads.
test_the_program_is_looked_at() {
	touch /tmp/p/sbin/program
	accepts /tmp/p/sbin/program
	chmod 775 /tmp/p/sbin/program
	chgrp daemon /tmp/p/sbin/program
	refuses /tmp/p/sbin/program 'the group daemon can write to /tmp/p/sbin/program'
	chown bin /tmp/p/sbin/program
	refuses /tmp/p/sbin/program '/tmp/p/sbin/program belongs to bin'
	mkdir /tmp/theirs
	touch /tmp/theirs/program
	chown bin /tmp/theirs
	ln -sf /tmp/theirs/program /tmp/p/sbin/program
	refuses /tmp/p/sbin/program '/tmp/theirs belongs to bin'
}

test_install_asks_it() {
	chown bin /tmp/p
	refute make -s -C "$TOP" install PREFIX=/tmp/p >/tmp/said 2>&1
	expect grep -q 'check-prefix.sh: /tmp/p belongs to bin: ' /tmp/said
	expect grep -q 'make install ALLOW_UNSAFE_PREFIX=1' /tmp/said
	expect [ -z "$(find /tmp/p -type f)" ]
	expect make -s -C "$TOP" install PREFIX=/tmp/p ALLOW_UNSAFE_PREFIX=1
	expect test -x /tmp/p/sbin/vde_vmnet
	expect make -s -C "$TOP" install PREFIX=/tmp/p DESTDIR=/tmp/package
	expect test -x /tmp/package/tmp/p/sbin/vde_vmnet
	# Never for sudo: there is nothing that would make up for it.
	refute make -s -C "$TOP" install-sudoers PREFIX=/tmp/p ALLOW_UNSAFE_PREFIX=1 sudoersdir=/tmp/sudoers.d >/tmp/said 2>&1
	expect grep -q '/tmp/p belongs to bin' /tmp/said
	refute test -e /tmp/sudoers.d/vde_vmnet
}
