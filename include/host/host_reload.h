/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIGHUP to a service, and a client of the control socket that wants it: reads the configuration
 * again, and does what can be done without dropping a guest. The network stays up, whatever is in
 * the file.
 */
#pragma once

#include "host_state.h"
#include "log.h"

/*
 * Says in the log, and to the service manager, what came of it; and in why, of size bytes, what is
 * not in force: "" where all is.
 */
void host_reload(struct host *host, char *why, size_t size);

/* The same for the log level alone, which is not read from anywhere. */
void host_reload_set_level(struct host *host, enum log_level level);
