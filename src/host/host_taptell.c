// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_taptell.h"

#include <string.h>

#include "host_tell.h"

static struct request_tap host_taptell_describe(const struct host_tap *slot)
{
	struct request_tap now = {.number = slot->line.number,
				  .uid = slot->tap.uid,
				  .off = slot->line.off != TAPLINE_ON};

	if (slot->tap.index == 0)
		return (struct request_tap){0};
	memcpy(now.mac, slot->tap.mac, MAC_SIZE);
	memcpy(now.name, slot->tap.name, sizeof(now.name));
	return now;
}

/* Sends the message, and begins the next. False: there was no room for it. */
static bool host_taptell_send(struct host *host, struct request *request)
{
	if (request->n_addresses == 0)
		return true;
	if (host_tell(host, request, -1) < 0)
		return false;
	for (unsigned i = 0; i < request->n_addresses; i++) {
		struct request_tap *told = &host->taps.list[request->taps[i].slot].told;

		*told = request->taps[i];
		told->slot = 0;
	}
	request->n_addresses = 0;
	return true;
}

void host_taptell(struct host *host)
{
	struct request request = {.verb = REQUEST_SLOTS};

	for (unsigned i = 0; i < HOST_TAPS_MAX && host->worker.ready; i++) {
		const struct host_tap *slot = &host->taps.list[i];
		struct request_tap now = host_taptell_describe(slot);

		if (memcmp(&now, &slot->told, sizeof(now)) == 0)
			continue;
		now.slot = (uint8_t)i;
		request.taps[request.n_addresses++] = now;
		if (request.n_addresses == REQUEST_TAPS_MAX && !host_taptell_send(host, &request))
			return;
	}
	host_taptell_send(host, &request);
}
