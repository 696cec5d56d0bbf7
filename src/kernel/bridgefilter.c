// SPDX-License-Identifier: GPL-2.0-or-later
#include "bridgefilter.h"

#include <stddef.h>
#include <stdio.h>

#include "sysctl.h"

const char *bridgefilter_program(void)
{
	static const char *const programs[] = {"iptables", "ip6tables"};

	for (unsigned i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		char key[64];
		int on = 0;

		snprintf(key, sizeof(key), "bridge/bridge-nf-call-%s", programs[i]);
		if (sysctl_read(key, &on) == 0 && on)
			return programs[i];
	}
	return NULL;
}
