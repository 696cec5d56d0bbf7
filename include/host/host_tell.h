/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages from the host process to the worker (request.h). If the worker does not listen, its end
 * or the watchdog reveals that; it is not dealt with here.
 */
#pragma once

#include "host_state.h"
#include "log.h"

/* Any message, with a descriptor (-1: none). 0, or -errno, which is logged. */
int host_tell(const struct host *host, const struct request *request, int fd);

/* The channel of the connector for the endpoint; fd -1, or it cannot be passed: try later. */
void host_tell_channel(const struct host *host, unsigned endpoint, int fd);

/* Passes it the device. 0, or -errno. */
int host_tell_tap(const struct host *host);

/* Passes it host->bridged.nic, or says that it is gone; nothing before it is ready. */
void host_tell_nic(const struct host *host);

/* Makes it log its counters. */
void host_tell_counters(const struct host *host);

/* Makes it answer with REQUEST_ALIVE, to show that it can. */
void host_tell_ask(const struct host *host);

/* Sets its log level. */
void host_tell_level(const struct host *host, enum log_level level);

/*
 * The addresses of its device, and where neighbours are, by host->link, if that has changed since
 * it was last told.
 */
void host_tell_others(struct host *host);

/* What it cannot know by itself and tells clients of the control socket, if that has changed. */
void host_tell_facts(struct host *host);

/* An event for clients of the control socket; text is cut if it is too long. */
void host_tell_event(const struct host *host, enum request_event event, const char *text);

/* How many of its REQUEST_HAND_OUT were answered (host->taps.answered): it waits for that. */
void host_tell_handed_out(const struct host *host);

/* Makes it end. */
void host_tell_stop(const struct host *host);
