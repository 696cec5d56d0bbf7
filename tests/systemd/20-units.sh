# SPDX-License-Identifier: GPL-2.0-or-later
# The units by themselves, judged by systemd-analyze.

setup() {
	command -v systemd-analyze >/dev/null || skip "no systemd-analyze here"
	make -s -C "$TOP" install DESTDIR=/tmp/root PREFIX=/usr unitdir=/units >/tmp/make.log 2>&1 || fail "$(cat /tmp/make.log)"
	# For verify looks for the programs.
	mkdir /tmp/units
	for unit in vde_vmnet vde_switch; do
		sed "s,/usr/sbin/vde_vmnet,$PROGRAM," /tmp/root/units/$unit@.service >/tmp/units/$unit@.service
		ln -s $unit@.service /tmp/units/$unit@shared.service
	done
}

test_units_are_sound() {
	systemd-analyze verify --man=no /tmp/units/*@shared.service >/tmp/verify 2>&1 || fail "$(cat /tmp/verify)"
	# What concerns other units of the machine is not ours.
	refute grep vde_ /tmp/verify
}

# In tenths: of 100, the worst.
test_units_are_hardened() {
	systemd-analyze security --help | grep -q -- --offline || skip "this systemd-analyze is too old"
	local unit limit
	while read -r unit limit; do
		systemd-analyze security --offline=true --no-pager --threshold="$limit" /tmp/units/"$unit"@shared.service \
			>/tmp/security || fail "$(grep -v '✓' /tmp/security)"
		tail -1 /tmp/security
	done <<-'END'
		vde_vmnet 20
		vde_switch 10
	END
}
