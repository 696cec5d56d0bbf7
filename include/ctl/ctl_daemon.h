/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands for the daemon itself. Each: 0, or -1 with *problem. */
#pragma once

#include "ctl.h"
#include "problem.h"

int ctl_daemon_log_level(const struct ctl *ctl, char *const *arguments, struct problem *problem);
int ctl_daemon_reload(const struct ctl *ctl, char *const *arguments, struct problem *problem);

/* Returns when the network and everything it made is gone, so that it can be started again. */
int ctl_daemon_stop(const struct ctl *ctl, char *const *arguments, struct problem *problem);
