/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls that a worker may make; any other kills it (SIGSYS). The only
 * user of libseccomp. Built with SECCOMP=log, a call that is not allowed is
 * written to the kernel's log instead.
 */
#pragma once

enum syscallfilter_stage {
	SYSCALLFILTER_STARTING,	     /* and what leads to the next stage */
	SYSCALLFILTER_RUNNING,	     /* Landlock keeps watch over the files */
	SYSCALLFILTER_RUNNING_ALONE, /* nothing else does: no openat2(), it fails with ENOSYS */
};

/* From now on, for good; needs no_new_privs. A later stage only takes away. 0, or -errno. */
int syscallfilter_enter(enum syscallfilter_stage stage);
