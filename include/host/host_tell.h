/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the host process says to the worker (request.h). A worker that does not listen is found
 * out by its end or by the watchdog, not here.
 */
#pragma once

#include "host_state.h"
#include "log.h"

/* Any message, with a descriptor (-1: none). 0, or -errno, which is logged. */
int host_tell(const struct host *host, const struct request *request, int fd);

/* The channel of the connector that opens the endpoint; fd -1: there is none, try later. */
void host_tell_channel(const struct host *host, unsigned endpoint, int fd);

/* Gives it the device. 0, or -errno. */
int host_tell_tap(const struct host *host);

/* Gives it host->bridged.nic, or says that it is gone; once it is ready. */
void host_tell_nic(const struct host *host);

/* It logs its counters. */
void host_tell_counters(const struct host *host);

/* It answers, to show that it can: REQUEST_ALIVE. */
void host_tell_ask(const struct host *host);

/* From which level on it logs. */
void host_tell_level(const struct host *host, enum log_level level);

/* Which addresses its device has now, by host->link; if that has changed since it was told. */
void host_tell_others(struct host *host);

/* It ends. */
void host_tell_stop(const struct host *host);
