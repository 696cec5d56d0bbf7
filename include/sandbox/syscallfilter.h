/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls that a worker, or a forwarder, may make. Any other ends it: a handler of SIGSYS
 * writes the number and name of the call to the log, and exits. The only user of libseccomp,
 * which is asked before the first filter is in force and never after: what a library
 * does to load a filter changes from version to version, and under a filter it would be
 * refused. Built with SECCOMP=log, a call that is not allowed is written to the
 * kernel's log instead, and made.
 */
#pragma once

#include <linux/filter.h>

enum syscallfilter_stage {
	SYSCALLFILTER_STARTING,	     /* and what leads to the next stage */
	SYSCALLFILTER_RUNNING,	     /* Landlock keeps watch over the files */
	SYSCALLFILTER_RUNNING_ALONE, /* nothing else does: no openat2(), it fails with ENOSYS */
	SYSCALLFILTER_FORWARDING,    /* the forwarder's only one */
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
 * Makes the programs of all stages, and takes over SIGSYS, whose line names who ("worker"; it is
 * kept). Nothing is forbidden yet. 0, or -errno.
 */
int syscallfilter_init(struct syscallfilter *filter, const char *who);

/*
 * From now on, for good; needs no_new_privs. One system call, and nothing of a library.
 * A later stage only takes away. 0, or -errno.
 */
int syscallfilter_enter(const struct syscallfilter *filter, enum syscallfilter_stage stage);
