/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about combinations of options. Nothing here looks at the host. */
#pragma once

#include "problem.h"

struct config;

/* Whether the options make sense together. 0, or -1 with *problem (STATUS_USAGE). */
int config_check(const struct config *config, struct problem *problem);

/* Whether an interface is given if the mode is bridged. 0, or -1 with *problem. */
int config_check_interface(const struct config *config, struct problem *problem);
