# SPDX-License-Identifier: GPL-2.0-or-later
# User Mode Linux: at our switch, as eth0=daemon, where its socket has an abstract name; and at
# seqpacket://, by its vector transport.
. "$TOP/tests/qemu/guest.sh"

UML=$TOP/build/guest/linux.uml
setup() {
	[ -x "$UML" ] || skip 'no linux.uml here (the package user-mode-linux; tests/qemu/make-guest fetches it)'
	prepare_guests
	install -m 755 "$UML" /tmp/linux.uml
	keep_the_rest_of_the_state
	topology
	serve_dns
	mkdir /tmp/www /tmp/uml
	head -c 2000000 /dev/urandom >/tmp/www/file
	serve_web /tmp/www
	chown $MACHINE_USER /tmp/uml
}

# Kernels take back the whole state of a processor's registers, and those before 6.10, run as User
# Mode Linux, keep less of it than newer processors (AMX) have: the rest is left as it was.
keep_the_rest_of_the_state() {
	cc -shared -fPIC -o /tmp/state.so -x c - <<-'CODE'
		#define _GNU_SOURCE
		#include <errno.h>
		#include <stdarg.h>
		#include <string.h>
		#include <sys/syscall.h>
		#include <sys/uio.h>
		#include <unistd.h>
		enum { PEEKTEXT = 1, PEEKUSER = 3, GETREGSET = 0x4204, SETREGSET, XSTATE = 0x202 };
		long ptrace(int request, ...)
		{
			static char whole[1 << 16];
			struct iovec all = {whole, sizeof(whole)};
			va_list arguments;
			va_start(arguments, request);
			long pid = va_arg(arguments, int), address = va_arg(arguments, long), word = 0;
			struct iovec *part = va_arg(arguments, struct iovec *);
			va_end(arguments);
			if (request >= PEEKTEXT && request <= PEEKUSER) {
				errno = 0;
				return syscall(SYS_ptrace, request, pid, address, &word) < 0 ? -1 : word;
			}
			if (request == SETREGSET && address == XSTATE &&
			    syscall(SYS_ptrace, GETREGSET, pid, address, &all) == 0 && part->iov_len < all.iov_len) {
				memcpy(whole, part->iov_base, part->iov_len);
				part = &all;
			}
			return syscall(SYS_ptrace, request, pid, address, part);
		}
	CODE
}

needs() { # CONFIG what
	"$UML" --showconfig | grep "^CONFIG_UML_NET_$1=y" >/dev/null || skip "this linux.uml has no $2"
}
boot_uml() { # NAME SCRIPT DEVICE=…
	make_initrd "$1" "$2"
	LD_PRELOAD=/tmp/state.so HOME=/tmp/uml TMPDIR=/tmp/uml ip netns exec host "${AS_USER[@]}" /tmp/linux.uml mem=96M initrd=/tmp/"$1".initrd \
		root=/dev/ram0 rdinit=/init con=null con0=null,fd:1 quiet loglevel=1 name="$1" umid="$1" \
		"$3" </dev/null >/tmp/"$1".serial 2>/tmp/"$1".qemu &
	echo $! >/tmp/"$1".pid
}

USES_THE_NETWORK='
	lease
	server=$(resolve www.example.test)
	try ping-gateway ping -c 1 -W 30 $(cat /tmp/gateway)
	try fetch wget -q -O /tmp/file http://$server/file
	say sha256 $(sha256sum </tmp/file | cut -c -64)
	say served
	sleep 1000'
expect_network_used() { # guest
	local sum
	await "$1" 60 served
	expect [ "$(told "$1" ping-gateway)" = ok ]
	sum=$(sha256sum </tmp/www/file)
	expect [ "$(told "$1" sha256)" = "${sum%% *}" ]
	expect reaches host "$(told "$1" lease)"
}

# A member of the group, with the words that a start says; and two of them.
test_user_mode_linux_joins_by_a_vector_device() {
	needs VECTOR vector
	AS_USER=(setpriv --reuid="$MACHINE_USER" --regid="$(id -g $MACHINE_USER)" --groups="$(getent group games | cut -d: -f3)")
	start_vmnet --user=daemon --vde-group=games seqpacket:///tmp/uml.sock switch:///tmp/ours
	expect log_has 'User Mode Linux: vec0:transport=bess,dst=/tmp/uml.sock$'
	boot_uml a "$USES_THE_NETWORK" "$(sed -n 's/.*; User Mode Linux: //p' $LOG),mac=52:54:00:00:00:77"
	boot_uml b "$USES_THE_NETWORK" "$(sed -n 's/.*; User Mode Linux: //p' $LOG),mac=52:54:00:00:00:78"
	expect_network_used a
	expect_network_used b
	refute [ "$(told a lease)" = "$(told b lease)" ]
	guest g2 /tmp/ours
	lease g2
	expect reaches g2 "$(told a lease)"
	expect reaches g2 "$(told b lease)"
	counters 9 >/tmp/counters
	refute grep -qE '[0-9] (error|too long|peer full)' /tmp/counters
}

test_user_mode_linux_joins_as_a_daemon() {
	needs DAEMON 'eth0=daemon any more'
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	boot_uml a "$USES_THE_NETWORK" eth0=daemon,52:54:00:00:00:77,unix,$SWITCH/ctl # where ctl is
	expect_network_used a
	# And its neighbours.
	guest g2 $SWITCH
	lease g2
	expect reaches g2 "$(told a lease)"
}

# As a member of the group, with a name of its own and, where this UML can, with libvdeplug: each
# is killed, and the next has the same MAC address.
test_a_members_user_mode_linux_comes_again() {
	needs DAEMON 'eth0=daemon any more'
	local name eth0 names='a b'
	! "$UML" --showconfig | grep '^CONFIG_UML_NET_VDE=y' >/dev/null || names+=' c' # Debian 12's has it
	start_vmnet --user=daemon --vde-group=games switch://$SWITCH
	AS_USER=(setpriv --reuid="$MACHINE_USER" --regid="$(id -g $MACHINE_USER)" --groups="$(getent group games | cut -d: -f3)")
	for name in $names; do
		eth0=daemon,52:54:00:00:00:77,unix,$SWITCH/ctl
		[ $name != c ] || eth0=vde,$SWITCH,52:54:00:00:00:77
		boot_uml $name '
			lease
			try ping-gateway ping -c 1 -W 30 $(cat /tmp/gateway)
			sleep 1000' eth0="$eth0"
		await $name 60 'ping-gateway ok'
		expect reaches host "$(told $name lease)"
		kill -KILL "$(qemu_pid $name)"
		wait_for 5 ended "$(qemu_pid $name)"
	done
	refute log_has 'is refused'
}
