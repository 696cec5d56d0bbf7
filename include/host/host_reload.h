/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIGHUP to a service: reads the configuration again, and does what can be done
 * without dropping a guest. The network stays up, whatever is in the file.
 */
#pragma once

#include "host_state.h"

/* Says in the log, and to the service manager, what came of it. */
void host_reload(struct host *host);
