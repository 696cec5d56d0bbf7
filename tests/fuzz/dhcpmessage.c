// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages of DHCP. Input: a frame. Whatever a lease is read from it can be given back, by a
 * message that is read as that.
 */
#include <stdlib.h>
#include <string.h>

#include "dhcpmessage.h"
#include "dissected.h"
#include "fuzz.h"

static void give_back(const struct dhcpmessage *message, unsigned index)
{
	static const struct dhcpmessage_place place = {{2, 0, 0, 0, 0, 1}, 0x0100000a};
	struct frame frame = {.data = malloc(DHCPMESSAGE_MAX)};
	struct dhcpmessage given = *message;
	struct dhcpmessage read;

	if (!frame.data)
		abort();
	given.leases[0] = message->leases[index];
	dhcpmessage_make_release(&frame, &given, &place);
	dhcpmessage_read_client(&read, dissected(&frame));
	if (frame.size > DHCPMESSAGE_MAX || read.kind != DHCPMESSAGE_RELEASE ||
	    read.n_leases != 1 || memcmp(read.mac, message->mac, MAC_SIZE) != 0 ||
	    (message->ipv6 && (read.duid.size != message->duid.size ||
			       memcmp(read.duid.bytes, message->duid.bytes, read.duid.size) != 0)))
		abort();
	free(frame.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void (*const readers[])(struct dhcpmessage *, const struct layers_dissected *) = {
		dhcpmessage_read_client, dhcpmessage_read_server};
	struct frame frame = {.data = malloc(size ? size : 1), .size = (uint32_t)size};
	struct dhcpmessage message;

	if (!frame.data)
		abort();
	memcpy(frame.data, data, size);
	for (int i = 0; size >= FRAME_HEADER && i < 2; i++) {
		readers[i](&message, dissected(&frame));
		if (message.n_leases > DHCPMESSAGE_LEASES_MAX)
			abort();
		for (unsigned lease = 0;
		     message.kind != DHCPMESSAGE_NONE && message.kind != DHCPMESSAGE_HIDDEN &&
		     lease < message.n_leases;
		     lease++)
			give_back(&message, lease);
	}
	free(frame.data);
	return 0;
}
