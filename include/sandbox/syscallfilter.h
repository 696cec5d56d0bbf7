/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls that a worker or a forwarder may make. Any other ends it: a SIGSYS handler logs
 * the number and name of the call, and exits. The only user of libseccomp, which is called before
 * the first filter is in force and never after: what a library does to load a filter changes from
 * version to version, and could be refused under a filter. If built with SECCOMP=log, a forbidden
 * call is logged by the kernel instead, and made.
 */
#pragma once

#include <linux/filter.h>

enum syscallfilter_stage {
	SYSCALLFILTER_STARTING,	     /* and what the next stage needs */
	SYSCALLFILTER_RUNNING,	     /* Landlock protects the files */
	SYSCALLFILTER_RUNNING_ALONE, /* nothing else does: openat2() fails with ENOSYS */
	SYSCALLFILTER_FORWARDING,    /* for the forwarder, its only stage */
	SYSCALLFILTER_STAGES,
};

enum { SYSCALLFILTER_CODE_MAX = 512 }; /* instructions: a page; the largest has about 130 */

struct syscallfilter_program {
	unsigned short length; /* instructions */
	struct sock_filter code[SYSCALLFILTER_CODE_MAX];
};

struct syscallfilter {
	struct syscallfilter_program programs[SYSCALLFILTER_STAGES];
};

/*
 * Makes the programs of all stages, and handles SIGSYS, with who ("worker"; kept by reference) in
 * its log line. Nothing is forbidden yet. 0, or -errno.
 */
int syscallfilter_init(struct syscallfilter *filter, const char *who);

/*
 * From now on, permanently; needs no_new_privs. One system call, and no library code. A later stage
 * only removes calls. 0, or -errno.
 */
int syscallfilter_enter(const struct syscallfilter *filter, enum syscallfilter_stage stage);
