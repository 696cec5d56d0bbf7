// SPDX-License-Identifier: GPL-2.0-or-later
#include "forwardcounts.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hostfwd.h"
#include "nftlist.h"

enum { FORWARDCOUNTS_ELEMENT_MAX = 256 };

const char *const forwardcounts_maps[FORWARDCOUNTS_MAPS] = {"hostfwd", "hostfwd_at", "hostfwd6",
							    "hostfwd_at6"};

/* Which of them are for a particular address, and which for IPv6. */
static bool forwardcounts_is_at(unsigned map)
{
	return map & 1;
}
static bool forwardcounts_is_ipv6(unsigned map)
{
	return map & 2;
}

static bool forwardcounts_read_host(const char *text, bool ipv6, struct in6_addr *address)
{
	struct in_addr ipv4;

	if (ipv6)
		return inet_pton(AF_INET6, text, address) == 1;
	if (inet_pton(AF_INET, text, &ipv4) != 1)
		return false;
	*address = hostfwd_map(ntohl(ipv4.s_addr));
	return true;
}

static bool forwardcounts_read_element(const char *text, unsigned map, struct forwardcount *count)
{
	char host[INET6_ADDRSTRLEN] = "";

	*count = (struct forwardcount){.family = forwardcounts_is_ipv6(map) ? AF_INET6 : AF_INET,
				       .any = !forwardcounts_is_at(map)};
	if (count->any)
		return sscanf(text, " %d . %" SCNu16 " counter packets %" SCNu64, &count->protocol,
			      &count->port, &count->n) == 3;
	return sscanf(text, " %45[0-9a-f:.] . %d . %" SCNu16 " counter packets %" SCNu64, host,
		      &count->protocol, &count->port, &count->n) == 4 &&
	       forwardcounts_read_host(host, forwardcounts_is_ipv6(map), &count->host);
}

void forwardcounts_read(const char *list, unsigned map,
			void (*take)(void *context, const struct forwardcount *count),
			void *context)
{
	const char *at = nftlist_first(list);

	while (at && *at && *at != '}') {
		size_t length = strcspn(at, ",}");
		char element[FORWARDCOUNTS_ELEMENT_MAX]; /* a copy, because sscanf() would take the
							    length of all that follows */
		struct forwardcount count;

		snprintf(element, sizeof(element), "%.*s",
			 length < sizeof(element) ? (int)length : 0, at);
		if (forwardcounts_read_element(element, map, &count))
			take(context, &count);
		at += length;
		at += *at == ',';
	}
}
