/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Resource limits (getrlimit(2)). Whoever starts us sets them, even with sudo. One that is too
 * small would kill root's process at its next record, or much later: a SIGKILL that the caller
 * could not send directly. So we set each limit for us and for what we start. Root can raise them
 * all; a service or a container cannot, and must have enough.
 */
#pragma once

#include <stdbool.h>
#include <sys/resource.h>

#include "problem.h"

/*
 * Sets every limit, as far as we may. The stack size takes effect at exec: true if that limit has
 * changed, so that this program should be executed again. Returns true at most once: after that
 * there is nothing left to change.
 */
bool rlimits_set(void);

/*
 * Whether the limits that rlimits_set() could not raise are enough for a network, except
 * RLIMIT_NPROC. 0, or -1 with *problem. Logs a warning about a limit that will end the network some
 * time.
 */
int rlimits_check(struct problem *problem);

/*
 * Whether our user can have n more processes. RLIMIT_NPROC counts all of the user's, so only trying
 * tells. 0, or -errno.
 */
int rlimits_try_processes(unsigned n);

/*
 * For a program that is not ours: as many descriptors as select() supports, because such programs
 * may use it, or close every number up to the limit. 0, or -errno.
 */
int rlimits_lower_files(void);
