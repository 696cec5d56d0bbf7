/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forwards that the configuration asks for (--hostfwd); not those made at run time. */
#pragma once

#include "host_state.h"

/* Whether the ports to be forwarded are free. 0, or -1 with host->problem. */
int host_forwards_config_check(struct host *host);

/* Adds them. 0, or -1 with host->problem. */
int host_forwards_config_up(struct host *host);

/*
 * Replaces them by those of a configuration that was read again, and applies its reservations;
 * those made at run time stay. 0, or -1 with *problem: nothing has changed.
 */
int host_forwards_config_reload(struct host *host, const struct config *config,
				struct problem *problem);
