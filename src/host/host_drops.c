// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_drops.h"

#include <inttypes.h>
#include <stdio.h>

#include "clock.h"
#include "log.h"

enum {
	/* ms between two looks. One takes 4 ms of processor time, whatever else is in nftables. */
	HOST_DROPS_INTERVAL = 5000,
};

/* False where it cannot be read, as when other software changes rules meanwhile. */
static bool host_drops_read(struct host *host, uint64_t counts[DROPRULES])
{
	const char *list = nft_list_table(&host->nft, host->plan.table);

	if (list)
		droprules_read(list, counts);
	return list;
}

/* The last sender, as ", of MAC"; "" where nobody knows. */
static const char *host_drops_who(struct host *host, enum droprule reason, char *text, size_t size)
{
	const char *list = nft_list(&host->nft, "set", host->plan.table, droprules_set(reason));
	char mac[DROPRULES_MAC_MAX];

	text[0] = '\0';
	if (list && droprules_read_mac(list, mac))
		snprintf(text, size, ", of %s", mac);
	return text;
}

static void host_drops_tell(struct host *host, enum droprule reason, uint64_t packets)
{
	const char *remedy = droprules_remedy(reason);
	char who[DROPRULES_MAC_MAX + 8];

	if (!remedy)
		return;
	log_warning("%s: %" PRIu64 " packets%s are %s; %s", droprules_what(reason), packets,
		    host_drops_who(host, reason, who, sizeof(who)),
		    droprules_refuses(reason) ? "refused" : "dropped", remedy);
}

static void host_drops_look(struct host *host)
{
	int64_t now = clock_now();
	uint64_t counts[DROPRULES];

	if (!host_drops_read(host, counts))
		return;
	for (int i = 0; i < DROPRULES; i++) {
		uint64_t packets = tally_take(&host->drops.tallies[i], counts[i], now);

		if (packets > 0)
			host_drops_tell(host, (enum droprule)i, packets);
	}
}

static void host_drops_expired(struct timer *timer)
{
	host_drops_look(container_of(timer, struct host, drops.timer));
	timer_arm(timer, HOST_DROPS_INTERVAL);
}

int host_drops_up(struct host *host)
{
	int ret = timer_init(&host->drops.timer, &host->loop, host_drops_expired);

	if (ret < 0)
		return host_fail(host, "a timer", ret);
	timer_arm(&host->drops.timer, HOST_DROPS_INTERVAL);
	return 0;
}

void host_drops_down(struct host *host)
{
	timer_finish(&host->drops.timer);
}

void host_drops_log_counters(struct host *host)
{
	uint64_t counts[DROPRULES];

	if (!(host->plan.form & PLAN_SERVED) || !host_drops_read(host, counts))
		return;
	for (int i = 0; i < DROPRULES; i++) {
		if (counts[i] > 0)
			log_info("%s: %" PRIu64 " packets %s", droprules_what((enum droprule)i),
				 counts[i],
				 droprules_refuses((enum droprule)i) ? "refused" : "dropped");
	}
	host_drops_look(host);
}
