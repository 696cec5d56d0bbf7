// SPDX-License-Identifier: GPL-2.0-or-later
#include "portmacs.h"

#include <linux/if_ether.h>
#include <string.h>

#include "layers.h"
#include "mac.h"
#include "packet.h"

#define PORTMACS_KEPT UINT64_MAX /* marks a frame that kept its sender; not a MAC address */

void portmacs_init(struct portmacs *portmacs, const struct siphash_key *key)
{
	*portmacs = (struct portmacs){.key = *key};
}

static bool portmacs_has(const struct portmacs *portmacs, uint64_t mac)
{
	for (unsigned i = 0; i < BRIDGE_PORTS_MAX; i++) {
		if (portmacs->macs[i] == mac)
			return true;
	}
	return false;
}

/* Locally administered, and unguessable, so that nobody uses it. */
static uint64_t portmacs_make(struct portmacs *portmacs)
{
	enum { GROUP_AND_LOCAL = 3, LOCAL = 2, FIRST = 8 * (MAC_SIZE - 1) };
	uint64_t hash;

	portmacs->n_made++;
	hash = siphash(&portmacs->key, &portmacs->n_made, sizeof(portmacs->n_made)) >> 16;
	return (hash & ~((uint64_t)GROUP_AND_LOCAL << FIRST)) | (uint64_t)LOCAL << FIRST;
}

static bool portmacs_is_group(uint64_t mac)
{
	return mac >> (8 * (MAC_SIZE - 1)) & 1;
}

static bool portmacs_is_apart(uint64_t mac)
{
	return mac >> MAC_APART_BITS == MAC_APART;
}

/* Nobody can choose two addresses that map to the same one. */
static uint64_t portmacs_set_apart(const struct portmacs *portmacs, uint64_t mac)
{
	uint64_t hash = siphash(&portmacs->key, &mac, sizeof(mac));

	return (uint64_t)MAC_APART << MAC_APART_BITS | hash >> (64 - MAC_APART_BITS);
}

bool portmacs_has_met(const struct portmacs *portmacs, unsigned port)
{
	return portmacs->macs[port] != 0;
}

void portmacs_meet(struct portmacs *portmacs, unsigned port, uint64_t mac, bool taken)
{
	if (portmacs_has_met(portmacs, port))
		return;
	taken |= mac == 0 || portmacs_is_group(mac);
	while (taken || portmacs_is_apart(mac) || portmacs_has(portmacs, mac)) {
		mac = portmacs_make(portmacs);
		taken = false;
	}
	portmacs->macs[port] = mac;
}

/*
 * What Linux accepts as IP; the guard passes nothing that it cannot look into. For an isolated port
 * also ARP, which repeats its sender's address and is answered there.
 */
static bool portmacs_changes(const struct frame *frame, bool apart)
{
	struct layers_dissected packet PACKET_PARSED;

	layers_dissect(&packet, frame);
	return packet.network != LAYERS_FOUND || packet.type == ETH_P_IP ||
	       packet.type == ETH_P_IPV6 || (apart && packet.type == ETH_P_ARP);
}

void portmacs_apply(const struct portmacs *portmacs, unsigned port, bool apart,
		    const struct frame *frames, unsigned n, uint64_t senders[PORT_BATCH])
{
	for (unsigned i = 0; i < n; i++) {
		uint64_t own = frame_source(&frames[i]);
		uint64_t mac = portmacs_has_met(portmacs, port) ? portmacs->macs[port] : own;

		senders[i] = PORTMACS_KEPT;
		if ((mac == own && !apart) || !portmacs_changes(&frames[i], apart))
			continue;
		senders[i] = own;
		frame_write_address(frames[i].data + MAC_SIZE,
				    apart ? portmacs_set_apart(portmacs, mac) : mac);
	}
}

void portmacs_undo(const struct frame *frames, unsigned n, const uint64_t senders[PORT_BATCH])
{
	for (unsigned i = 0; i < n; i++) {
		if (senders[i] != PORTMACS_KEPT)
			frame_write_address(frames[i].data + MAC_SIZE, senders[i]);
	}
}

void portmacs_forget(struct portmacs *portmacs, unsigned port)
{
	portmacs->macs[port] = 0;
}
