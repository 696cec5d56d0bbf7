// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prints the rows of config_option.c for tests/tree/20-options.sh, one a line:
 *
 *     NAME LETTER ARGUMENT PLACE RELOAD DHCP GATEWAY SAME
 *
 * "-" stands for none. PLACE is "file", or "line" for the command line alone; RELOAD is
 * "taken" where a reload takes a new value over; DHCP is "dhcp" where --vmnet-disable-dhcp
 * excludes it, GATEWAY is "gateway" where it needs --vmnet-gateway; SAME is another option
 * that sets the same.
 */
#include <stdio.h>

#include "config.h"

static const char *same(const struct config_option *option)
{
	for (unsigned i = 0; i < CONFIG_OPTIONS; i++) {
		if (&config_options[i] != option && config_options[i].apply == option->apply)
			return config_options[i].name;
	}
	return "-";
}

int main(void)
{
	for (unsigned i = 0; i < CONFIG_OPTIONS; i++) {
		const struct config_option *option = &config_options[i];

		printf("%s %c %s %s %s %s %s %s\n", option->name,
		       option->letter ? option->letter : '-',
		       option->argument ? option->argument : "-",
		       option->limits & CONFIG_LIMIT_COMMAND_LINE ? "line" : "file",
		       option->reload == CONFIG_RELOAD_NEVER ? "-" : "taken",
		       option->limits & CONFIG_LIMIT_DHCP ? "dhcp" : "-",
		       option->limits & CONFIG_LIMIT_GATEWAY ? "gateway" : "-", same(option));
	}
	return 0;
}
