/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that options make together. Nothing here looks at the host. */
#pragma once

#include "problem.h"

struct config;

/* Whether all options make sense together. 0, or -1 with *problem (STATUS_USAGE). */
int config_check(const struct config *config, struct problem *problem);

/* Whether mode bridged names an interface, where that is the mode. 0, or -1 with *problem. */
int config_check_interface(const struct config *config, struct problem *problem);
