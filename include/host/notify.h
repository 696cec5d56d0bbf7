/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages to the service manager (sd_notify(3)); without one, nothing happens. */
#pragma once

#include <stdbool.h>

/* The network is up, or the configuration was read again. */
void notify_ready(const char *status);

void notify_reloading(void);
void notify_stopping(void);

/* One line for anyone who asks for the service's status. */
void notify_status(const char *status);

/*
 * Makes the service manager keep a copy of a descriptor (in its file descriptor store) until
 * notify_let_go(), or until the service has ended, ExecStopPost= included. A restarted service is
 * told that there still is one.
 */
void notify_keep(int fd);
void notify_let_go(void);
bool notify_has_kept(void);

/* All is well. Must be called every notify_alive_interval() ms, unless that is 0. */
void notify_alive(void);

/*
 * A third of the service manager's watchdog timeout (sd_watchdog_enabled(3)), in ms, which leaves
 * time to log what is wrong; 0: no watchdog.
 */
unsigned notify_alive_interval(void);
