// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_natports.h"

#include <inttypes.h>
#include <stdio.h>

#include "clock.h"
#include "log.h"
#include "nftlist.h"

enum {
	HOST_NATPORTS_INTERVAL = 60000, /* ms between two looks */
	HOST_NATPORTS_TEXT_MAX = 96,
};

/* The first destination of a set, as "tcp 203.0.113.1 port 443". False: it is empty. */
static bool host_natports_read_destination(const char *list, char text[HOST_NATPORTS_TEXT_MAX])
{
	const char *first = nftlist_first(list);
	char protocol[16];
	char address[48];
	unsigned port;

	if (!first || sscanf(first, "%15s . %47s . %u", protocol, address, &port) != 3)
		return false;
	snprintf(text, HOST_NATPORTS_TEXT_MAX, "%s %s port %u", protocol, address, port);
	return true;
}

static const char *host_natports_list(struct host *host, const char *what, const char *name)
{
	const char *list = nft_list(&host->nft, what, host->plan.table, name);

	return list ? list : "";
}

static uint64_t host_natports_count(struct host *host)
{
	return nftlist_packets(host_natports_list(host, "counter", NATRULES_COUNTER));
}

static void host_natports_look(struct host *host)
{
	const struct natports *ports = &host->plan.nat_ports;
	char where[HOST_NATPORTS_TEXT_MAX] = "one destination";
	uint64_t tries = tally_take(&host->natports.tally, host_natports_count(host), clock_now());

	if (tries == 0)
		return;
	if (!host_natports_read_destination(host_natports_list(host, "set", NATRULES_EXHAUSTED),
					    where))
		host_natports_read_destination(host_natports_list(host, "set", NATRULES_EXHAUSTED6),
					       where);
	log_warning("guests ran out of ports to %s: %" PRIu64
		    " connection attempts were dropped; they have %u ports (%u-%u) for each "
		    "destination address and port; use --nat-ports for more",
		    where, tries, natports_count(ports), ports->low, ports->high);
}

static void host_natports_expired(struct timer *timer)
{
	host_natports_look(container_of(timer, struct host, natports.timer));
	timer_arm(timer, HOST_NATPORTS_INTERVAL);
}

int host_natports_up(struct host *host)
{
	int ret;

	ret = timer_init(&host->natports.timer, &host->loop, host_natports_expired);
	if (ret < 0)
		return host_fail(host, "cannot create a timer", ret);
	timer_arm(&host->natports.timer, HOST_NATPORTS_INTERVAL);
	return 0;
}

void host_natports_down(struct host *host)
{
	if (host->nft.context)
		host_natports_look(host);
	timer_finish(&host->natports.timer);
}

void host_natports_log_counter(struct host *host)
{
	const struct natports *ports = &host->plan.nat_ports;

	if (host->plan.form != PLAN_SHARED)
		return;
	log_info("NAT ports %u-%u: %" PRIu64 " connection attempts of guests found no free port",
		 ports->low, ports->high, host_natports_count(host));
	host_natports_look(host);
}
