// SPDX-License-Identifier: GPL-2.0-or-later
#include "nftlist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t nftlist_packets(const char *list)
{
	static const char start[] = "packets ";
	const char *packets = strstr(list, start);

	return packets ? strtoull(packets + strlen(start), NULL, 10) : 0;
}

uint64_t nftlist_counter(const char *list, const char *name)
{
	char start[64];
	const char *counter;

	snprintf(start, sizeof(start), "counter %s {", name);
	counter = strstr(list, start);
	return counter ? nftlist_packets(counter) : 0;
}

const char *nftlist_first(const char *list)
{
	static const char start[] = "elements = { ";
	const char *elements = strstr(list, start);

	return elements ? elements + strlen(start) : NULL;
}
