// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * without NAME PROGRAM [ARGUMENT]...: runs the program as on a kernel that does not
 * have the system call (ENOSYS).
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int number = argc > 2 ? seccomp_syscall_resolve_name(argv[1]) : -1;

	if (!filter || number < 0) {
		fprintf(stderr, "usage: without NAME PROGRAM [ARGUMENT]...\n");
		return 2;
	}
	/* no_new_privs would be another machine than one without the call. */
	if (seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0) < 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), number, 0) < 0 ||
	    seccomp_load(filter) < 0) {
		fprintf(stderr, "without: %s cannot be taken away\n", argv[1]);
		return 2;
	}
	execv(argv[2], argv + 2);
	perror(argv[2]);
	return 2;
}
