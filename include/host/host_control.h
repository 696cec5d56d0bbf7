/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket, RUNDIR/NAME.control, as a step of the host process: creates it, passes it to
 * the worker, which alone reads what clients say, and does what the worker asks on their behalf.
 * The socket's mode decides who may connect; the worker decides who may change something.
 */
#pragma once

#include "host_state.h"

/* Listens. 0, or -1 with host->problem. */
int host_control_up(struct host *host);

/* Removes it. */
void host_control_down(struct host *host);

/* Passes it to a worker that is ready, with what is known of the network. */
void host_control_give(struct host *host);

/* Tells the worker what it cannot know by itself, if that has changed. */
void host_control_tell_facts(struct host *host);

/* Reports an event; text is cut if it is too long. */
void host_control_tell_event(const struct host *host, enum request_event event, const char *text);

/* Answers a client: why it was not done, or ""; then fd is for the client (-1: none). */
void host_control_tell_result(const struct host *host, uint32_t token, const char *why, int fd);

/* The same, where the client is not allowed to. */
void host_control_tell_refusal(const struct host *host, uint32_t token, const char *why);

/* A memory file for a copy that the worker reads: a descriptor, or -1 with errno. */
int host_control_make_copy(const char *name);

/*
 * Does what a client wants, and answers it. For the verbs that REQUEST_RESULT answers, and
 * REQUEST_FOUND.
 */
void host_control_answer(struct host *host, const struct request *request);
