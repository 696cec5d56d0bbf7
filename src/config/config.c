// SPDX-License-Identifier: GPL-2.0-or-later
#include "config.h"

bool config_serves(const struct config *config)
{
	return config->mode != CONFIG_BRIDGED && !config->has_network_id;
}
