// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_newcomers.h"

#include <string.h>

#include "clock.h"
#include "host_tapclient.h"
#include "host_taps.h"
#include "host_taptell.h"
#include "host_tell.h"
#include "tapguard.h"

enum {
	/*
	 * ms between two looks at the devices' counters; short, so that a booting guest does not
	 * wait long.
	 */
	HOST_NEWCOMERS_SOON = 50,
	HOST_NEWCOMERS_LATER = 1000, /* ms, once none came for this long (ms): */
	HOST_NEWCOMERS_AGE = 60 * 1000,
	HOST_NEWCOMERS_REFUSED = 5000, /* ms until a refused one is looked at again */
	HOST_NEWCOMERS_ANSWER = 5000,  /* ms until the worker is asked again */
	/* At the rules, for one frame: the kernel counts it just before the rules see it. */
	HOST_NEWCOMERS_LOOKS = 2,
};

/* The sender of its first frame. False: none yet. */
static bool host_newcomers_read(struct host *host, const struct host_tap *slot,
				uint8_t mac[MAC_SIZE])
{
	const char *list = nft_list_bridge_map(&host->nft, host->plan.table, TAPGUARD_FIRST);

	return list && tapguard_read_first(list, slot->tap.name, mac);
}

/* Makes the rules note the next frame's sender: this one is nobody's, or somebody else's. */
static void host_newcomers_again(struct host *host, const struct host_tap *slot)
{
	char commands[TAPGUARD_ELEMENT_MAX];

	tapguard_format_again(host->plan.table, slot->tap.name, commands);
	host_tapclient_apply(host, &slot->tap, commands);
}

void host_newcomers_forget(struct host *host, const struct host_tap *slot)
{
	uint8_t mac[MAC_SIZE];

	if (host_newcomers_read(host, slot, mac))
		host_newcomers_again(host, slot);
}

static void host_newcomers_refuse(struct host *host, struct host_tap *slot,
				  const uint8_t mac[MAC_SIZE])
{
	char text[MAC_TEXT_MAX];

	host_newcomers_again(host, slot);
	slot->look = clock_now() + HOST_NEWCOMERS_REFUSED;
	if (notice_take(&slot->taken, clock_now()))
		log_warning(
			"%s: its guest uses the MAC address %s, which another guest or the host "
			"has: all its frames are dropped; give the guest a MAC address of its own",
			slot->tap.name, mac_format(mac, text));
}

/* Once the worker has said that no guest of its own has the address. */
static void host_newcomers_adopt(struct host *host, struct host_tap *slot)
{
	const uint8_t *mac = slot->asked_mac;
	char text[MAC_TEXT_MAX];
	int ret = host_tapclient_adopt(host, slot, mac);

	host_newcomers_again(host, slot);
	if (ret < 0)
		log_warning("%s: its guest cannot have the MAC address %s: %s", slot->tap.name,
			    mac_format(mac, text), host_tapclient_explain(-ret));
	else
		log_info("%s: its guest has the MAC address %s", slot->tap.name,
			 mac_format(mac, text));
	host_taptell(host);
}

/* About slot->asked_mac. */
static void host_newcomers_ask(struct host *host, struct host_tap *slot)
{
	struct request request = {.verb = REQUEST_FIND};

	request.taps[0].number = slot->line.number;
	memcpy(request.taps[0].mac, slot->asked_mac, MAC_SIZE);
	host_tell(host, &request, -1);
	slot->asked = true;
	slot->look = clock_now() + HOST_NEWCOMERS_ANSWER;
}

/* Whether a frame came that the rules may have noted, and its sender is not known yet. */
static bool host_newcomers_spoke(struct host *host, struct host_tap *slot)
{
	struct link_counts counts;

	if (link_count(&host->link, slot->tap.index, &counts) < 0)
		return false;
	if (counts.frames_in != slot->heard) {
		slot->heard = counts.frames_in;
		slot->looks = HOST_NEWCOMERS_LOOKS;
	}
	if (slot->looks == 0)
		return false;
	slot->looks--;
	return true;
}

static void host_newcomers_check(struct host *host, struct host_tap *slot,
				 const uint8_t mac[MAC_SIZE])
{
	slot->looks = 0;
	memcpy(slot->asked_mac, mac, MAC_SIZE);
	if (host_tapclient_may_have(host, &slot->tap, mac))
		host_newcomers_ask(host, slot);
	else
		host_newcomers_refuse(host, slot, mac);
}

static bool host_newcomers_waits(const struct host_tap *slot)
{
	return slot->tap.index != 0 && slot->line.off == TAPLINE_ON &&
	       guesttap_is_newcomer(&slot->tap);
}

/* Which of them spoke. Whether any is waited for. */
static bool host_newcomers_find(struct host *host, bool spoke[HOST_TAPS_MAX], bool *any_spoke)
{
	int64_t now = clock_now();
	bool any = false;

	*any_spoke = false;
	for (unsigned i = 0; i < HOST_TAPS_MAX; i++) {
		struct host_tap *slot = &host->taps.list[i];

		spoke[i] = false;
		if (!host_newcomers_waits(slot))
			continue;
		any = true;
		if (slot->bridge == 0 || now < slot->look)
			continue;
		if (slot->asked)
			host_newcomers_ask(host, slot);
		else
			spoke[i] = host_newcomers_spoke(host, slot);
		*any_spoke |= spoke[i];
	}
	return any;
}

/* The rules are read once for all of them. */
static void host_newcomers_look(struct host *host, bool spoke[HOST_TAPS_MAX])
{
	const char *list = nft_list_bridge_map(&host->nft, host->plan.table, TAPGUARD_FIRST);
	uint8_t macs[HOST_TAPS_MAX][MAC_SIZE];

	for (unsigned i = 0; i < HOST_TAPS_MAX; i++)
		spoke[i] = spoke[i] && list &&
			   tapguard_read_first(list, host->taps.list[i].tap.name, macs[i]);
	for (unsigned i = 0; i < HOST_TAPS_MAX; i++) {
		if (spoke[i])
			host_newcomers_check(host, &host->taps.list[i], macs[i]);
	}
}

static void host_newcomers_expired(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, taps.newcomers);
	bool new = clock_now() - host->taps.newest < HOST_NEWCOMERS_AGE;
	bool spoke[HOST_TAPS_MAX];
	bool any_spoke;
	bool any = host_newcomers_find(host, spoke, &any_spoke);

	if (any_spoke)
		host_newcomers_look(host, spoke);
	if (any)
		timer_arm(timer, new ? HOST_NEWCOMERS_SOON : HOST_NEWCOMERS_LATER);
}

void host_newcomers_hear(struct host *host, const struct request *request)
{
	struct host_tap *slot = host_taps_find(host, request->taps[0].number);

	if (!slot || !slot->asked || !host_newcomers_waits(slot))
		return;
	slot->asked = false;
	slot->look = 0;
	/* In the meantime another may have got it. */
	if (request->endpoint == 0 && host_tapclient_may_have(host, &slot->tap, slot->asked_mac))
		host_newcomers_adopt(host, slot);
	else
		host_newcomers_refuse(host, slot, slot->asked_mac);
}

void host_newcomers_came(struct host *host)
{
	host->taps.newest = clock_now();
	timer_arm(&host->taps.newcomers, HOST_NEWCOMERS_SOON);
}

int host_newcomers_init(struct host *host)
{
	return timer_init(&host->taps.newcomers, &host->loop, host_newcomers_expired);
}
