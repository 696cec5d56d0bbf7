/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modes of a network, --vmnet-mode. */
#pragma once

#include "problem.h"

enum config_mode {
	CONFIG_SHARED,	/* guests behind NAT */
	CONFIG_HOST,	/* guests and the host, or, with a network id, guests alone */
	CONFIG_BRIDGED, /* guests on the network of one of the host's devices */
};

enum { CONFIG_MODES = CONFIG_BRIDGED + 1 }; /* the number of modes */

/* A mode's name for --vmnet-mode. Static. */
const char *config_mode_name(enum config_mode mode);

/* The mode of that name. 0, or -1 with *problem (STATUS_USAGE) and *mode unchanged. */
int config_mode_parse(enum config_mode *mode, const char *name, struct problem *problem);
