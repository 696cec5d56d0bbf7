# SPDX-License-Identifier: GPL-2.0-or-later
# What the Makefile puts on a machine, and takes away again.

in_top() { make -s -C "$TOP" "$@" >/tmp/make.log 2>&1 || { cat /tmp/make.log; return 1; }; }

test_uninstall_removes_all_that_install_made() {
	local prefix
	for prefix in /usr/local /opt/vmnet; do
		in_top install DESTDIR=/tmp/root PREFIX=$prefix
		expect test -x /tmp/root$prefix/sbin/vde_vmnet
		expect /tmp/root$prefix/sbin/vde_vmnet --version
		expect grep -q vde_vmnet /tmp/root$prefix/share/man/man8/vde_vmnet.8
		in_top uninstall DESTDIR=/tmp/root PREFIX=$prefix
		expect [ -z "$(find /tmp/root ! -type d)" ]
		refute test -e /tmp/root$prefix/share/doc/vde_vmnet
	done
}

test_folders_can_be_named() {
	in_top install DESTDIR=/tmp/root sbindir=/usr/sbin mandir=/usr/share/man docdir=/usr/share/doc/v zonedir=/usr/lib/firewalld/zones
	expect [ "$(cd /tmp/root && find . -type f | sort | tr '\n' ' ')" = \
		"./usr/lib/firewalld/zones/vde_vmnet.xml ./usr/sbin/vde_vmnet ./usr/share/doc/v/LICENSE ./usr/share/doc/v/README.md ./usr/share/man/man8/vde_vmnet.8 " ]
}

test_manual_page_is_clean_and_tells_every_option() {
	mandoc -Tlint -Wwarning "$TOP/man/vde_vmnet.8" >/tmp/lint || fail "$(cat /tmp/lint)"
	local option
	"$PROGRAM" --help | grep -oE -- '--[a-z0-9-]+' | sort -u >/tmp/options
	expect [ "$(wc -l </tmp/options)" -gt 15 ]
	mandoc -Tascii "$TOP/man/vde_vmnet.8" | col -b >/tmp/page
	while read -r option; do
		grep -q -- "$option" /tmp/page || fail "$option is not in the manual page"
	done </tmp/options
}
