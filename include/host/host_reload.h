/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIGHUP to a service, or the same from a client of the control socket: reads the configuration
 * again, and applies what it can without dropping a guest. The network stays up, whatever is in the
 * file.
 */
#pragma once

#include "host_state.h"
#include "log.h"

/*
 * Reports the outcome in the log and to the service manager; why (size bytes) says what is not in
 * force, "" if everything is.
 */
void host_reload(struct host *host, char *why, size_t size);

/* Changes only the log level; reads no file. */
void host_reload_set_level(struct host *host, enum log_level level);
