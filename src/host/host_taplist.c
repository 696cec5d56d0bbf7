// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_taplist.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "host_answer.h"
#include "host_taptell.h"
#include "link_tun.h"
#include "tapdrops.h"

enum { HOST_TAPLIST_AGE = 1000 }; /* ms */

static void host_taplist_count_link(struct host *host, struct host_tap *slot)
{
	struct tapline *line = &slot->line;
	struct link_counts counts;
	struct link_tun tun;

	if (link_count(&host->link, slot->tap.index, &counts) == 0) {
		line->frames_in = counts.frames_in;
		line->bytes_in = counts.bytes_in;
		line->frames_out = counts.frames_out;
		line->bytes_out = counts.bytes_out;
		line->drops[TAPLINE_FULL] = counts.dropped_out;
	}
	if (link_describe_tun(&host->link, slot->tap.index, &tun) == 0)
		line->queues = tun.many ? tun.queues + tun.disabled : 1;
	asker_look(&slot->asker);
	line->pid = slot->asker.pid;
	memcpy(line->command, slot->asker.command, sizeof(line->command));
}

/* What the host knows of a guest's addresses, it learned from that guest. */
static void host_taplist_add_address(void *context, const uint8_t mac[MAC_SIZE],
				     const struct in6_addr *address)
{
	struct host *host = context;

	for (unsigned i = 0; i < HOST_TAPS_MAX; i++) {
		struct host_tap *slot = &host->taps.list[i];

		if (slot->tap.index != 0 && memcmp(slot->tap.mac, mac, MAC_SIZE) == 0 &&
		    slot->line.n_addresses < TAPLINE_ADDRESSES_MAX)
			slot->line.addresses[slot->line.n_addresses++] = *address;
	}
}

/* Drops, mapped to enum tapline_drop. */
static void host_taplist_count_drops(struct host *host)
{
	static const enum tapline_drop drops[TAPDROPS] = {
		[TAPDROP_GATEWAY] = TAPLINE_GATEWAY, [TAPDROP_ROUTER] = TAPLINE_ROUTER,
		[TAPDROP_DHCP] = TAPLINE_DHCP,	     [TAPDROP_HIDDEN] = TAPLINE_HIDDEN,
		[TAPDROP_SENDER] = TAPLINE_SENDER,   [TAPDROP_ISOLATED] = TAPLINE_ISOLATED};
	const char *list = nft_list_bridge(&host->nft, host->plan.table);
	uint64_t counts[TAPDROPS];

	for (unsigned i = 0; i < HOST_TAPS_MAX && list; i++) {
		struct host_tap *slot = &host->taps.list[i];

		if (slot->tap.index == 0)
			continue;
		tapdrops_read_of(list, slot->tap.name, counts);
		for (int reason = 0; reason < TAPDROPS; reason++)
			slot->line.drops[drops[reason]] = counts[reason];
	}
}

static void host_taplist_count(struct host *host)
{
	int64_t now = clock_now();

	if (host->taps.counted != 0 && now - host->taps.counted < HOST_TAPLIST_AGE)
		return;
	host->taps.counted = now;
	for (unsigned i = 0; i < HOST_TAPS_MAX; i++) {
		struct host_tap *slot = &host->taps.list[i];

		slot->line.n_addresses = 0;
		if (slot->tap.index != 0)
			host_taplist_count_link(host, slot);
	}
	host_taplist_count_drops(host);
	link_each_neighbour(&host->link, host->device.index, host_taplist_add_address, host);
}

/* Counts those that came since. */
static void host_taplist_meet(struct host *host)
{
	for (unsigned i = 0; i < HOST_TAPS_MAX; i++) {
		struct host_tap *slot = &host->taps.list[i];

		if (slot->tap.index != 0 && slot->line.queues == 0)
			host_taplist_count_link(host, slot);
	}
}

/* Returns a descriptor, or -errno. */
static int host_taplist_copy(const struct host *host)
{
	int fd = host_answer_make_copy("taps");
	int ret = fd < 0 ? -errno : 0;
	char text[TAPLINE_MAX];

	for (unsigned i = 0; i < HOST_TAPS_MAX && ret == 0; i++) {
		const struct host_tap *slot = &host->taps.list[i];

		if (slot->tap.index != 0 &&
		    dprintf(fd, "%s", tapline_format(&slot->line, text)) < 0)
			ret = -errno;
	}
	if (ret == 0 && lseek(fd, 0, SEEK_SET) < 0)
		ret = -errno;
	if (ret == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return ret;
}

void host_taplist_answer(struct host *host, uint32_t token)
{
	int fd;

	host_taptell(host); /* or the worker would not know whose the lines are */
	if (host->taps.n > 0) {
		host_taplist_count(host);
		host_taplist_meet(host);
	}
	fd = host_taplist_copy(host);
	host_answer(host, token, fd < 0 ? strerror(-fd) : "", fd);
	if (fd >= 0)
		close(fd);
}
