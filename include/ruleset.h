/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of our nftables table: pure, from checked names and numbers only.
 */
#pragma once

#include "subnet.h"

enum { RULESET_MAX = 4096 };

struct ruleset {
	const char *table;  /* [A-Za-z0-9._-], checked by whoever made it */
	const char *device; /* likewise */
	const struct subnet *subnet;
};

/* Writes the commands that make the table, owned by the netlink socket they are sent on. */
void ruleset_format(const struct ruleset *ruleset, char text[RULESET_MAX]);
