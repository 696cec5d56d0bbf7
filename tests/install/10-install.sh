# SPDX-License-Identifier: GPL-2.0-or-later
# What the Makefile puts on a machine, and takes away again.

in_top() { make -s -C "$TOP" "$@" >/tmp/make.log 2>&1 || {
	cat /tmp/make.log
	return 1
}; }

test_uninstall_removes_all_that_install_made() {
	local prefix
	for prefix in /usr/local /opt/vmnet; do
		in_top install DESTDIR=/tmp/root PREFIX=$prefix
		expect test -x /tmp/root$prefix/sbin/vde_vmnet
		expect /tmp/root$prefix/sbin/vde_vmnet --version
		expect grep -q vde_vmnet /tmp/root$prefix/share/man/man8/vde_vmnet.8
		expect /tmp/root$prefix/bin/vde_vmnetctl --version
		expect [ "$(/tmp/root$prefix/bin/socket_vmnet_client --version | cut -d' ' -f1)" = socket_vmnet_client ]
		expect grep -q vde_vmnetctl /tmp/root$prefix/share/man/man1/{vde_vmnetctl,socket_vmnet_client}.1
		expect /tmp/root$prefix/lib/vde_vmnet/vde_vmnet-bridge-helper --version
		expect test -s /tmp/root$prefix/share/man/man1/vde_vmnet-bridge-helper.1
		expect grep -q "^ExecStart=$prefix/sbin/vde_vmnet " "$(find /tmp/root -name vde_vmnet@.service)"
		in_top uninstall DESTDIR=/tmp/root PREFIX=$prefix
		expect [ -z "$(find /tmp/root ! -type d)" ]
		refute test -e /tmp/root$prefix/share/doc/vde_vmnet
	done
}

test_folders_can_be_named() {
	in_top install DESTDIR=/tmp/root sbindir=/usr/sbin bindir=/usr/bin helperdir=/usr/libexec mandir=/usr/share/man docdir=/usr/share/doc/v \
		bashdir=/usr/share/bash-completion/completions zshdir=/usr/share/zsh/site-functions \
		sysconfdir=/opt/etc unitdir=/u/system sysusersdir=/u/sysusers networkdir=/u/network nmdir=/u/nm zonedir=/u/zones
	expect [ "$(cd /tmp/root && find . -type f | LC_ALL=C sort | tr '\n' ' ')" = "$(echo \
		./opt/etc/vde_vmnet/{bridged,host,shared}.conf ./u/network/00-vde_vmnet.{link,network} \
		./u/nm/vde_vmnet.conf ./u/system-generators/vde_vmnet-generator ./u/system/vde_{switch,vmnet}@.service ./u/sysusers/vde_vmnet.conf ./u/zones/vde_vmnet.xml \
		./usr/bin/vde_vmnetctl ./usr/libexec/vde_vmnet-bridge-helper ./usr/sbin/vde_vmnet ./usr/share/bash-completion/completions/vde_vmnetctl ./usr/share/doc/v/{CONTRIBUTING.md,LICENSE,NEWS.md,README.md,SECURITY.md,apparmor-libvirt} $(cd "$TOP" && find doc -name '*.md' -o -name '*.svg' | LC_ALL=C sort | sed 's,^,./usr/share/doc/v/,') ./usr/share/man/man1/vde_vmnet-bridge-helper.1 ./usr/share/man/man1/vde_vmnetctl.1 ./usr/share/man/man5/vde_vmnet.conf.5 ./usr/share/man/man7/vde_vmnet-protocol.7 ./usr/share/man/man8/vde_vmnet.8 ./usr/share/zsh/site-functions/_vde_vmnetctl) " ]
	expect grep -q '^/usr/libexec/vde_vmnet-bridge-helper PUx,$' /tmp/root/usr/share/doc/v/apparmor-libvirt
	expect grep -q -- '--config=/opt/etc/vde_vmnet/%i.conf' /tmp/root/u/system/vde_vmnet@.service
	expect grep -q 'in /opt/etc/vde_vmnet/\*.conf' /tmp/root/u/system-generators/vde_vmnet-generator
	expect test -x /tmp/root/u/system-generators/vde_vmnet-generator
}

# Pages and pictures: whoever reads README there finds them, too.
test_links_of_installed_documents_lead_somewhere() {
	local document target
	in_top install DESTDIR=/tmp/root docdir=/docs
	expect [ -s /tmp/root/docs/doc/network.svg ]
	while read -r document target; do
		[ -e "$(dirname "$document")/$target" ] || fail "$document links to $target, which is not installed"
	done < <(cd /tmp/root/docs && grep -oE '\]\([^)#[:blank:]]+' -r . | grep -vE '\]\([a-z]+:' | sed -E 's,^([^:]*):..(.*),/tmp/root/docs/\1 \2,')
}

# Where systemd does not say where it looks, as without Debian's systemd-dev.
test_units_are_where_systemd_looks() {
	local prefix lib
	while read -r prefix lib; do
		in_top install DESTDIR=/tmp/root$prefix PREFIX=$prefix PKG_CONFIG=false
		expect test -f /tmp/root$prefix$lib/systemd/system/vde_vmnet@.service
		expect test -x /tmp/root$prefix$lib/systemd/system-generators/vde_vmnet-generator
		expect test -f /tmp/root$prefix$lib/systemd/network/00-vde_vmnet.network
		expect test -f /tmp/root$prefix$lib/sysusers.d/vde_vmnet.conf
		expect test -f /tmp/root$prefix/usr/lib/firewalld/zones/vde_vmnet.xml
	done <<-'END'
		/usr /usr/lib
		/usr/local /usr/local/lib
		/opt/vmnet /usr/local/lib
	END
}

# In one tree, which is the user's: sudo make install, then make install DESTDIR=….
test_a_user_packs_after_root_installed() {
	chown -R bin "$TOP"
	in_top install DESTDIR=/tmp/root
	expect setpriv --reuid=bin --regid=bin --clear-groups make -s -C "$TOP" install DESTDIR=/tmp/package PREFIX=/usr
	expect grep -q '^ExecStart=/usr/sbin/vde_vmnet ' "$(find /tmp/package -name vde_vmnet@.service)"
}

# Without sudo: told in a line, before anything is made; or all in places of one's own.
test_install_by_a_user() {
	local own=/tmp/home/x
	user() { setpriv --reuid=bin --regid=bin --clear-groups make -s -C "$TOP" "$@" >/tmp/said 2>&1; }
	chown -R bin "$TOP"
	install -d -o bin /tmp/home
	refute user install PREFIX=$own
	expect grep -q '^check-places.sh: /etc is not yours to write; sudo make install, or .* for /etc/vde_vmnet' /tmp/said
	expect [ "$(wc -l </tmp/said)" = 2 ] # with make's own
	refute user install PREFIX=x
	expect grep -q "^check-places.sh: 'x/sbin' is not an absolute path" /tmp/said
	expect [ -z "$(ls -A /tmp/home)" ]
	expect user install PREFIX=$own sysconfdir=$own/etc unitdir=$own/units sysusersdir=$own/users \
		networkdir=$own/network nmdir=$own/nm zonedir=$own/zones
	expect $own/sbin/vde_vmnet --version
}

test_a_configuration_that_was_changed_stays() {
	in_top install DESTDIR=/tmp/root
	echo mtu=1400 >>/tmp/root/etc/vde_vmnet/shared.conf
	in_top install DESTDIR=/tmp/root
	expect grep -q mtu=1400 /tmp/root/etc/vde_vmnet/shared.conf
	in_top uninstall DESTDIR=/tmp/root
	expect [ "$(find /tmp/root ! -type d)" = /tmp/root/etc/vde_vmnet/shared.conf ]
}

# Those whose modes there are; each is one that --check understands.
test_examples_are_configurations() {
	local file
	getent group vde-vmnet >/dev/null || {
		cp /etc/group /tmp/group
		echo vde-vmnet:x:499: >>/tmp/group
		mount --bind /tmp/group /etc/group
	}
	for file in shared host; do
		expect "$PROGRAM" --config="$TOP/etc/vde_vmnet/$file.conf" --name=$file --check
	done
}

test_manual_pages_are_clean_and_tell_every_option() {
	mandoc -Tlint -Wwarning "$TOP"/man/* >/tmp/lint || fail "$(cat /tmp/lint)"
	tells_every_option "$PROGRAM" "$TOP/man/vde_vmnet.8" 15
	tells_every_option "${PROGRAM}ctl" "$TOP/man/vde_vmnetctl.1" 4
	tells_every_option "$PROGRAM-bridge-helper" "$TOP/man/vde_vmnet-bridge-helper.1" 5
}
tells_every_option() { # PROGRAM PAGE more-than
	local option
	"$1" --help | grep -oE -- '--[a-z0-9-]+' | sort -u >/tmp/options
	expect [ "$(wc -l </tmp/options)" -gt "$3" ]
	mandoc -Tascii "$2" | sed 's/.\x08//g' >/tmp/page # bold is struck twice
	while read -r option; do
		grep -q -- "$option" /tmp/page || fail "$option is not in $2"
	done </tmp/options
}
