// SPDX-License-Identifier: GPL-2.0-or-later
#include "forward_count.h"

#include "clock.h"
#include "forwardcounts.h"

enum { FORWARD_COUNT_AGE = 1000 }; /* ms */

static void forward_count_take(void *context, const struct forwardcount *count)
{
	struct host_forwards *forwards = context;

	for (unsigned i = 0; i < forwards->n; i++) {
		const struct hostfwd *hostfwd = &forwards->list[i].hostfwd;

		if (count->port < hostfwd->first || count->port > hostfwd->last ||
		    count->protocol != hostfwd->protocol ||
		    count->family != hostfwd_family(hostfwd) || count->any != hostfwd->any ||
		    (!count->any && !IN6_ARE_ADDR_EQUAL(&count->host, &hostfwd->host)))
			continue;
		forwards->list[i].begun += count->n;
		return;
	}
}

static void forward_count_of_host(struct host_forwards *forwards,
				  const struct host_listener *listener)
{
	for (unsigned i = 0; i < forwards->n; i++) {
		if (forwards->list[i].id != listener->forward)
			continue;
		forwards->list[i].begun += listener->begun;
		return;
	}
}

void forward_count(struct host *host)
{
	struct host_forwards *forwards = &host->forwards;
	const struct host_forwarder *forwarder = &host->forwarder;
	int64_t now = clock_now();

	if (forwards->n == 0 ||
	    (forwards->counted != 0 && now - forwards->counted < FORWARD_COUNT_AGE))
		return;
	forwards->counted = now;
	for (unsigned i = 0; i < forwards->n; i++)
		forwards->list[i].begun = 0;
	for (unsigned map = 0; map < FORWARDCOUNTS_MAPS; map++) {
		const char *list =
			nft_list_map(&host->nft, host->plan.table, forwardcounts_maps[map]);

		if (list)
			forwardcounts_read(list, map, forward_count_take, forwards);
	}
	for (unsigned i = 0; i < forwarder->n_slots; i++) {
		if (forwarder->listeners[i].used && forwarder->listeners[i].begun > 0)
			forward_count_of_host(forwards, &forwarder->listeners[i]);
	}
}
