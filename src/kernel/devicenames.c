// SPDX-License-Identifier: GPL-2.0-or-later
#include "devicenames.h"

#include <stdio.h>
#include <string.h>

bool devicenames_have(const char names[][IF_NAMESIZE], unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

unsigned devicenames_add(char names[][IF_NAMESIZE], unsigned n, unsigned max, const char *name)
{
	if (n >= max || devicenames_have((const char(*)[IF_NAMESIZE])names, n, name))
		return n;
	snprintf(names[n], IF_NAMESIZE, "%s", name);
	return n + 1;
}
