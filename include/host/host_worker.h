/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host process's side of the worker and its connectors: starts them, and
 * answers the worker's requests.
 */
#pragma once

#include "host.h"

/* Starts this program again as the watcher, with what it needs of our environment. 0, or -errno. */
int host_start_watcher(struct process *process, struct loop *loop, const struct program *program,
		       const char *const *argv, const int *fds, unsigned n_fds,
		       void (*ended)(struct process *process, int status));

/*
 * Opens the program that worker and connectors are executed from. Says, or refuses the
 * start, where it does not keep others of the worker's user out. 0, or -1 with
 * host->problem.
 */
int host_worker_up_program(struct host *host);
void host_worker_down_program(struct host *host);

/*
 * Starts the worker, which is given the device as soon as it says that it is ready, and
 * so confined. 0, or -1 with host->problem.
 */
int host_worker_up(struct host *host);

/* Ends the worker and every connector, and removes what they left at paths. */
void host_worker_down(struct host *host);

/* Gives the worker host->bridged.nic, or tells it that it is gone; once it is ready. */
void host_worker_give_nic(struct host *host);

/* Asks the worker to log its counters. */
void host_worker_log_counters(struct host *host);

/* Asks it for an answer, which host_watchdog_answered() gets. */
void host_worker_ask(struct host *host);

/* From which level on it logs. */
void host_worker_set_level(struct host *host, enum log_level level);

/*
 * Runs a connector that removes sockets at the locator's path, as that user;
 * waits for it. For endpoints of this instance, and of a dead one.
 */
void host_worker_remove_endpoint(struct loop *loop, const struct program *program,
				 const struct identity *identity, const char *locator);

/*
 * Runs a connector that looks, as that user, whether the endpoint can be opened, and
 * waits for it. 0, the errno (positive) for which it cannot, or -errno where no process
 * of that user can be started.
 */
int host_worker_check_endpoint(struct loop *loop, const struct program *program,
			       const struct identity *identity, const char *locator);
