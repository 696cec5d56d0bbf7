/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Resource limits (getrlimit(2)). Whoever starts us, by sudo too, sets them, and one that
 * is too small would kill root's process at its next record, or much later: that is a
 * SIGKILL that he could not send. So each gets a value of ours, for us and for what we
 * start. Root can raise them all; a service or a container cannot, and what it has must
 * be enough.
 */
#pragma once

#include <stdbool.h>
#include <sys/resource.h>

#include "problem.h"

/*
 * Sets every limit, as far as we may. The size of the stack is laid out when a program is
 * executed: true where that limit is another one now, so that this program should be
 * executed again. True once at the most: after that there is nothing left to change.
 */
bool rlimits_set(void);

/*
 * Whether what rlimits_set() could not raise is enough for a network; RLIMIT_NPROC aside.
 * 0, or -1 with *problem. A limit that lets it run, but not for ever, is said in a warning.
 */
int rlimits_check(struct problem *problem);

/*
 * Whether the user that we are can have so many processes more: RLIMIT_NPROC counts all
 * that he has, so only trying tells. 0, or -errno.
 */
int rlimits_try_processes(unsigned n);

/* So many descriptors for this process, RLIM_INFINITY: as many as it may have; it never lowers. */
void rlimits_raise_files(rlim_t files);
