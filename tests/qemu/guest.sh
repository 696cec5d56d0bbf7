# SPDX-License-Identifier: GPL-2.0-or-later
# Guests: QEMU, run by the unprivileged user, with the kernel and initramfs of
# make-guest. A guest runs a script with the functions of tests/qemu/init and
# speaks in lines "GUEST WHAT ..." that are in /tmp/NAME.serial.

# A member of the group that a network is for.
MEMBER=(setpriv --reuid="$MACHINE_USER" --regid="$(id -g $MACHINE_USER)" --groups="$(getent group games | cut -d: -f3)")

# The user may not see the tree (a home directory), so the cache is copied.
prepare_guests() {
	local file
	for file in vmlinuz initrd; do
		[ -s "$TOP/build/guest/$file" ] ||
			fail "no build/guest/$file; make it with tests/qemu/make-guest build/guest"
		install -m 644 "$TOP/build/guest/$file" /tmp/guest."$file"
	done
}

# The usual network, with DNS, and a web server outside that has a file of so many bytes.
network_with_a_file() { # bytes
	topology
	serve_dns
	mkdir /tmp/www
	head -c "$1" /dev/urandom >/tmp/www/file
	serve_web /tmp/www
}

# What a guest NAME boots, to run SCRIPT: the kernel unpacks one archive after the other.
make_initrd() { # NAME SCRIPT
	local dir
	dir=$(mktemp -d)
	echo "$2" >"$dir/test.sh"
	install -m 755 "$TOP/tests/qemu/init" "$dir/init"
	{
		cat /tmp/guest.initrd
		(cd "$dir" && printf '%s\n' test.sh init | cpio --quiet -o -H newc -R 0:0)
	} >/tmp/"$1".initrd
	rm -f /tmp/"$1".serial
}

# Starts a guest NAME that runs SCRIPT; its QEMU is $(qemu_pid NAME).
# The options attach it. (-erms, -fsrm: TCG would copy byte by byte. -global: the ROM for
# booting by network may not be installed. no_timer_check: a kernel that finds its timer
# late, because QEMU had no processor, panics.)
boot() { # NAME SCRIPT QEMU-OPTIONS...
	local name=$1
	make_initrd "$1" "$2"
	shift 2
	ip netns exec host "${AS_USER[@]}" qemu-system-x86_64 -accel tcg -cpu max,-erms,-fsrm -m 256 \
		-nodefaults -nographic -no-reboot -serial file:/tmp/"$name".serial \
		-kernel /tmp/guest.vmlinuz -initrd /tmp/"$name".initrd \
		-append "console=ttyS0 loglevel=1 panic=-1 no_timer_check name=$name" \
		-global virtio-net-pci.romfile= "$@" </dev/null >/tmp/"$name".qemu 2>&1 &
	echo $! >/tmp/"$name".pid
}
qemu_pid() { cat /tmp/"$1".pid; }
serial() { tr -d '\r' 2>/dev/null </tmp/"$1".serial || true; }
told() { serial "$1" | sed -n "s/^GUEST $2 //p" | tail -1; }

guest_fail() { # NAME WHY...
	local name=$1
	shift
	cat /tmp/"$name".qemu | sed "s/^/  qemu $name: /"
	serial "$name" | tail -20 | sed "s/^/  serial $name: /"
	fail "guest $name: $*"
}

# Waits until a guest has said something, and not a moment longer than it lives.
await() { # NAME SECONDS WHAT
	local end alive
	give_up_after "$2" end
	while true; do
		alive=1
		! ended "$(qemu_pid "$1")" || alive=
		! serial "$1" | grep -q "^GUEST $3" || return 0
		! serial "$1" | grep -q '^GUEST failed' || guest_fail "$1" "did not say '$3'"
		[ -n "$alive" ] || guest_fail "$1" "ended before it said '$3'"
		[ $SECONDS -le $end ] || guest_fail "$1" "has not said '$3'"
		sleep 0.05
	done
}

# Waits until a guest is through and QEMU has ended well.
await_end() { # NAME SECONDS
	local status=0
	await "$1" "$2" end
	wait_for 5 ended "$(qemu_pid "$1")"
	wait "$(qemu_pid "$1")" || status=$?
	[ $status = 0 ] || guest_fail "$1" "QEMU ended with status $status"
}
