// SPDX-License-Identifier: GPL-2.0-or-later
#include "receivers.h"

#include <string.h>

#include "layers.h"

void receivers_init(struct receivers *receivers, const struct siphash_key *key)
{
	/* If no size was noted, nothing was written. */
	if (receivers->least > 0 && receivers->least < UINT32_MAX)
		memset(receivers->entries, 0, sizeof(receivers->entries));
	receivers->key = key;
	receivers->least = UINT32_MAX;
}

static bool receivers_is_there(const struct receivers_entry *entry, uint32_t now)
{
	uint32_t age = entry->narrow ? RECEIVER_NARROW_AGE : RECEIVER_AGE;

	return entry->id != 0 && now - entry->seen <= age;
}

/* The lowest bit of an id is always set. */
static struct receivers_entry *receivers_set(struct receivers *receivers, uint64_t id)
{
	return receivers->entries[(id >> 1) % RECEIVERS_SETS];
}

static struct receivers_entry *receivers_find(struct receivers *receivers, uint64_t id,
					      uint32_t now)
{
	struct receivers_entry *set = receivers_set(receivers, id);

	for (unsigned i = 0; i < RECEIVERS_WAYS; i++) {
		if (set[i].id == id && receivers_is_there(&set[i], now))
			return &set[i];
	}
	return NULL;
}

/* In its own slot if it has one, else a free one, else the one silent longest. */
static void receivers_note(struct receivers *receivers, uint64_t id, uint32_t size, bool narrow,
			   uint32_t now)
{
	struct receivers_entry *set = receivers_set(receivers, id);
	struct receivers_entry *place = receivers_find(receivers, id, now);

	for (unsigned i = 0; i < RECEIVERS_WAYS && !place; i++) {
		if (!receivers_is_there(&set[i], now))
			place = &set[i];
	}
	if (!place) {
		place = set;
		for (unsigned i = 1; i < RECEIVERS_WAYS; i++) {
			if (now - set[i].seen > now - place->seen)
				place = &set[i];
		}
	}
	*place = (struct receivers_entry){id, now, (uint16_t)size, narrow};
}

static uint32_t receivers_at_least(uint32_t size, uint32_t least)
{
	if (size < least)
		return least;
	return size < UINT16_MAX ? size : UINT16_MAX;
}

/* An MTU too small for any payload is forged, or comes from a router that gives none. */
static void receivers_narrow(struct receivers *receivers, const struct receiver_flow *flow,
			     uint32_t mtu, uint32_t now)
{
	uint32_t headers = flow->version == 4 ? PACKET_IPV4_HEADER : PACKET_IPV6_HEADER;

	mtu = receivers_at_least(mtu, flow->version == 4 ? RECEIVERS_MTU_MIN_IPV4
							 : RECEIVERS_MTU_MIN_IPV6);
	receivers_note(receivers, receiver_address_id(receivers->key, flow), mtu, true, now);
	if (mtu - headers - PACKET_TCP_HEADER < receivers->least)
		receivers->least = mtu - headers - PACKET_TCP_HEADER;
}

void receivers_learn(struct receivers *receivers, const struct frame *frame, uint32_t now)
{
	struct layers_dissected packet PACKET_PARSED;
	struct receiver_flow flow PACKET_PARSED;
	uint32_t number = 0;
	enum receiver_said said;

	layers_dissect(&packet, frame);
	said = receiver_read(&flow, &number, &packet);
	if (said == RECEIVER_NARROW)
		receivers_narrow(receivers, &flow, number, now);
	if (said != RECEIVER_MSS)
		return;
	number = receivers_at_least(number, RECEIVERS_MSS_MIN);
	receivers_note(receivers, receiver_id(receivers->key, &flow), number, false, now);
	if (number < receivers->least)
		receivers->least = number;
}

static uint32_t receivers_smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

uint32_t receivers_take(struct receivers *receivers, const struct packet *packet,
			const struct frame *frame, uint32_t now)
{
	uint32_t options = packet->payload - packet->l4 - PACKET_TCP_HEADER;
	struct receiver_flow flow PACKET_PARSED;
	struct receivers_entry *entry;
	uint32_t taken = UINT32_MAX;

	if (packet->payload_size + options <= receivers->least)
		return taken;
	receiver_flow_of(&flow, packet, frame);
	entry = receivers_find(receivers, receiver_id(receivers->key, &flow), now);
	if (entry) {
		entry->seen = now;
		taken = entry->size - options;
	}
	entry = receivers_find(receivers, receiver_address_id(receivers->key, &flow), now);
	if (entry)
		taken = receivers_smaller(taken, entry->size - (packet->payload - packet->l3));
	return taken;
}
