// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_drops.h"

#include <inttypes.h>
#include <stdio.h>

#include "clock.h"
#include "log.h"

enum {
	/* ms between two looks. One takes 4 ms of CPU time, whatever else is in nftables. */
	HOST_DROPS_INTERVAL = 5000,
};

/* False if they cannot be read, as when other software changes rules meanwhile. */
static bool host_drops_read(struct host *host, uint64_t counts[DROPRULES])
{
	const char *list = nft_list_table(&host->nft, host->plan.table);

	if (list)
		droprules_read(list, counts);
	return list;
}

/* The last sender, as " from MAC"; "" if unknown. */
static const char *host_drops_who(struct host *host, enum droprule reason, char *text, size_t size)
{
	const char *list = nft_list(&host->nft, "set", host->plan.table, droprules_set(reason));
	char mac[DROPRULES_MAC_MAX];

	text[0] = '\0';
	if (list && droprules_read_mac(list, mac))
		snprintf(text, size, " from %s", mac);
	return text;
}

static void host_drops_tell(struct host *host, enum droprule reason, uint64_t packets)
{
	const char *remedy = droprules_remedy(reason);
	char who[DROPRULES_MAC_MAX + 8];

	if (!remedy)
		return;
	log_warning("%s: %" PRIu64 " packets%s were %s; %s", droprules_what(reason), packets,
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

/* ---- TAPs ---- */

/* The list of our rules of family bridge; NULL if there are none, or they cannot be read. */
static const char *host_drops_read_taps(struct host *host, uint64_t counts[TAPDROPS])
{
	const char *list =
		*host->plan.tapguard ? nft_list_bridge(&host->nft, host->plan.table) : NULL;

	if (list)
		tapdrops_read(list, counts);
	return list;
}

/* One of the TAPs they came from, as " from NAME"; "" if it is gone. */
static const char *host_drops_which(const struct host *host, const char *list, enum tapdrop reason,
				    char *text, size_t size)
{
	text[0] = '\0';
	for (unsigned i = 0; i < HOST_TAPS_MAX; i++) {
		const struct guesttap *tap = &host->taps.list[i].tap;
		uint64_t counts[TAPDROPS];

		if (tap->index == 0)
			continue;
		tapdrops_read_of(list, tap->name, counts);
		if (counts[reason] > 0)
			snprintf(text, size, " from %s", tap->name);
	}
	return text;
}

static void host_drops_look_at_taps(struct host *host)
{
	int64_t now = clock_now();
	uint64_t counts[TAPDROPS];
	const char *list = host->taps.last > 0 ? host_drops_read_taps(host, counts) : NULL;
	char which[IF_NAMESIZE + sizeof(" from ")];

	for (int i = 0; i < TAPDROPS && list; i++) {
		uint64_t frames = tally_take(&host->drops.taps[i], counts[i], now);
		const char *remedy = tapdrops_remedy((enum tapdrop)i);

		if (frames > 0 && remedy)
			log_warning(
				"%s: %" PRIu64 " frames%s were dropped; %s",
				tapdrops_what((enum tapdrop)i), frames,
				host_drops_which(host, list, (enum tapdrop)i, which, sizeof(which)),
				remedy);
	}
}

static void host_drops_log_taps(struct host *host)
{
	uint64_t counts[TAPDROPS];

	if (!host_drops_read_taps(host, counts))
		return;
	for (int i = 0; i < TAPDROPS; i++) {
		if (counts[i] > 0)
			log_info("%s: %" PRIu64 " frames dropped", tapdrops_what((enum tapdrop)i),
				 counts[i]);
	}
	if (host->taps.expelled > 0)
		log_info("TAPs taken off the network: %u", host->taps.expelled);
}

/* ---- */

static void host_drops_expired(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, drops.timer);

	host_drops_look(host);
	host_drops_look_at_taps(host);
	timer_arm(timer, HOST_DROPS_INTERVAL);
}

int host_drops_up(struct host *host)
{
	int ret = timer_init(&host->drops.timer, &host->loop, host_drops_expired);

	if (ret < 0)
		return host_fail(host, "cannot create a timer", ret);
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
	host_drops_log_taps(host);
	host_drops_look(host);
}
