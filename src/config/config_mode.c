// SPDX-License-Identifier: GPL-2.0-or-later
#include "config_mode.h"

#include <string.h>

static const char *const config_modes[CONFIG_MODES] = {
	[CONFIG_SHARED] = "shared",
	[CONFIG_HOST] = "host",
	[CONFIG_BRIDGED] = "bridged",
};

const char *config_mode_name(enum config_mode mode)
{
	return config_modes[mode];
}

int config_mode_parse(enum config_mode *mode, const char *name, struct problem *problem)
{
	for (unsigned i = 0; i < CONFIG_MODES; i++) {
		if (strcmp(name, config_modes[i]) != 0)
			continue;
		*mode = (enum config_mode)i;
		return 0;
	}
	return problem_set(problem, STATUS_USAGE, "not a mode; use shared, host or bridged");
}
