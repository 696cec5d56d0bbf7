/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that options make together. Nothing here looks at the host. */
#pragma once

#include <stdbool.h>

#include "problem.h"

struct config;

/* Whether all options make sense together. 0, or -1 with *problem (STATUS_USAGE). */
int config_check(const struct config *config, struct problem *problem);

/* Whether mode bridged names an interface, where that is the mode. 0, or -1 with *problem. */
int config_check_interface(const struct config *config, struct problem *problem);

/*
 * Whether the host has an address in the network and serves guests there, by DHCP
 * and DNS. Where it does not, options that speak of these are refused.
 */
bool config_serves(const struct config *config);
