/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starts this program again as one of its parts (parts.h), from its copy in memory and with
 * nothing of our environment but what the journal needs to tell our lines apart.
 */
#pragma once

#include "identity.h"
#include "loop.h"
#include "process.h"
#include "program.h"

/*
 * As worker or connector, whichever argv names: as that user, with n_fds descriptors from 3 on.
 * ended() is called by the loop. 0, or -errno.
 */
int host_part_start(struct process *process, struct loop *loop, const struct program *program,
		    const struct identity *identity, const char *const *argv, const int *fds,
		    unsigned n_fds, void (*ended)(struct process *process, int status));

/* As the watcher, which keeps our user and outlives us. 0, or -errno. */
int host_part_start_watcher(struct process *process, struct loop *loop,
			    const struct program *program, const char *const *argv, const int *fds,
			    unsigned n_fds, void (*ended)(struct process *process, int status));

/*
 * Runs a connector that removes sockets at the locator's path, as that user; waits for it, half
 * a second at most. For endpoints of this instance, and of a dead one.
 */
void host_part_remove_endpoint(struct loop *loop, const struct program *program,
			       const struct identity *identity, const char *locator);

/*
 * Runs a connector that looks, as that user, whether the endpoint can be opened, and waits for
 * it, two seconds at most. 0, the errno (positive) for which it cannot, or -errno where no
 * process of that user can be started.
 */
int host_part_check_endpoint(struct loop *loop, const struct program *program,
			     const struct identity *identity, const char *locator);
