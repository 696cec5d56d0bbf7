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
	# /etc is the machine's own here.
	mkdir /tmp/generated
	sed -i "s,/etc/vde_vmnet/,/tmp/conf/," /tmp/root/system-generators/vde_vmnet-generator
	cp -r /tmp/root/etc/vde_vmnet /tmp/conf
}
generate() {
	rm -rf /tmp/generated/*
	/tmp/root/system-generators/vde_vmnet-generator /tmp/generated /tmp/generated.early /tmp/generated.late
	(cd /tmp/generated && find . -type f | LC_ALL=C sort | tr '\n' ' ')
}

# What a file may look like: man vde_vmnet.conf. Nobody else gets a packet socket.
test_packet_sockets_are_for_mode_bridged() {
	expect [ "$(generate)" = './vde_vmnet@bridged.service.d/packet.conf ' ]
	local conf=/tmp/conf
	rm $conf/*
	expect [ -z "$(generate)" ] # no file is no mistake
	printf ' \tvmnet-mode = bridged \r\nmtu=1400\n' >$conf/a.conf
	echo 'vmnet-mode bridged' >$conf/b-c.conf
	echo 'vmnet-mode=host' >$conf/d.conf
	echo '#vmnet-mode=bridged' >$conf/e.conf
	echo 'vmnet-mode=bridged2' >$conf/f.conf
	echo 'vmnet-mode=bridged' >$conf/g.conf.old
	mkdir $conf/h.conf
	echo 'vmnet-mode=bridged' >"$conf/i k.conf"
	expect [ "$(generate)" = "./vde_vmnet@a.service.d/packet.conf ./vde_vmnet@b-c.service.d/packet.conf ./vde_vmnet@i k.service.d/packet.conf " ]
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
	generate
	cat /tmp/units/vde_vmnet@.service /tmp/generated/vde_vmnet@bridged.service.d/packet.conf >/tmp/units/vde_vmnet@bridged.service
	while read -r unit limit; do
		systemd-analyze security --offline=true --no-pager --threshold="$limit" /tmp/units/"$unit".service \
			>/tmp/security || fail "$(grep -v '✓' /tmp/security)"
		tail -1 /tmp/security
	done <<-'END'
		vde_vmnet@shared 17
		vde_vmnet@bridged 20
		vde_switch@shared 10
	END
}
