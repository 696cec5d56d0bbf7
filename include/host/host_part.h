/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starts this program again as one of its parts (parts.h), from its copy in memory, and with
 * nothing of our environment except what the journal needs to tell our lines apart.
 */
#pragma once

#include "identity.h"
#include "loop.h"
#include "process.h"
#include "program.h"

/*
 * As the part that argv[0] names, as that user, with n_fds descriptors from 3 on. The loop calls
 * ended(). 0, or -errno.
 */
int host_part_start(struct process *process, struct loop *loop, const struct program *program,
		    const struct identity *identity, const char *const *argv, const int *fds,
		    unsigned n_fds, void (*ended)(struct process *process, int status));

/* As the watcher, which keeps our user and outlives us. 0, or -errno. */
int host_part_start_watcher(struct process *process, struct loop *loop,
			    const struct program *program, const char *const *argv, const int *fds,
			    unsigned n_fds, void (*ended)(struct process *process, int status));

/*
 * Runs a connector, as that user, to remove sockets at the locator's path; waits for it, at most
 * half a second. For endpoints of this instance, or of a dead one.
 */
void host_part_remove_endpoint(struct loop *loop, const struct program *program,
			       const struct identity *identity, const char *locator);

/*
 * Runs a connector, as that user, to check that the endpoint can be opened; waits for it, at most
 * two seconds. 0, a positive errno if it cannot be opened, or -errno if no process of that user can
 * be started.
 */
int host_part_check_endpoint(struct loop *loop, const struct program *program,
			     const struct identity *identity, const char *locator);
