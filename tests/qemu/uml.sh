# SPDX-License-Identifier: GPL-2.0-or-later
# Guests under User Mode Linux, after tests/qemu/guest.sh: they boot and speak as those of QEMU.

UML=$TOP/build/guest/linux.uml
prepare_uml() {
	[ -x "$UML" ] || skip 'no linux.uml here (the package user-mode-linux; tests/qemu/make-guest fetches it)'
	install -m 755 "$UML" /tmp/linux.uml
	keep_the_rest_of_the_state
	mkdir /tmp/uml
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
