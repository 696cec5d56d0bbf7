/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket, RUNDIR/NAME.control, as a step of the host process: makes it, gives it to
 * the worker, which alone reads what clients say, and does what the worker asks for them. Who may
 * connect, the socket's mode says; who may change something, the worker finds out.
 */
#pragma once

#include "host_state.h"

/* Listens. 0, or -1 with host->problem. */
int host_control_up(struct host *host);

/* Removes it. */
void host_control_down(struct host *host);

/* Gives it to a worker that is ready, with what is known of the network. */
void host_control_give(struct host *host);

/* Tells the worker what it does not know by itself, if that has changed. */
void host_control_tell_facts(struct host *host);

/* Tells of an event; text is cut. */
void host_control_tell_event(const struct host *host, enum request_event event, const char *text);

/* Of what a client wanted: why it was not done, or "", and then fd, or -1, is for it. */
void host_control_tell_result(const struct host *host, uint32_t token, const char *why, int fd);

/* The client may not. */
void host_control_tell_refusal(const struct host *host, uint32_t token, const char *why);

/* Memory for a copy that the worker reads: a descriptor, or -1 with errno. */
int host_control_make_copy(const char *name);

/* Does what a client wants, and says so. For the verbs that REQUEST_RESULT answers. */
void host_control_answer(struct host *host, const struct request *request);
