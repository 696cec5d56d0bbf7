/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the service manager is told (sd_notify(3)); nothing happens without one. */
#pragma once

#include <stdbool.h>

/* The network is up, or the configuration has been read again. */
void notify_ready(const char *status);

void notify_reloading(void);
void notify_stopping(void);

/* One line for who asks how the service is. */
void notify_status(const char *status);

/*
 * The service manager keeps a copy of a descriptor (its file descriptor store) until we say
 * otherwise or the service has ended, ExecStopPost= included. One that is started again is
 * told that there still is one.
 */
void notify_keep(int fd);
void notify_let_go(void);
bool notify_has_kept(void);

/* All is well. Expected every notify_alive_interval() ms, unless that is 0. */
void notify_alive(void);

/*
 * A third of what the service manager's watchdog waits (sd_watchdog_enabled(3)), in
 * ms, so that there is time to say in the log what is wrong; 0: there is none.
 */
unsigned notify_alive_interval(void);
