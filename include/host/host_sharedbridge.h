/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bridge of a network identifier, which its instances share, as a step. */
#pragma once

#include "host_state.h"

/* Makes the device a port of the bridge, still down. 0, or -1 with host->problem. */
int host_sharedbridge_up(struct host *host);
void host_sharedbridge_down(struct host *host);

/* Whether the bridge's name is free, or the bridge is ours. 0, or -1 with host->problem. */
int host_sharedbridge_check(struct host *host);

/* Warns if another firewall's rules also apply to frames that only pass this bridge of ours. */
void host_sharedbridge_warn_of_filter(const char *bridge);
