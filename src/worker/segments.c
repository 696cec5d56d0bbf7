// SPDX-License-Identifier: GPL-2.0-or-later
#include "segments.h"

#include <endian.h>
#include <string.h>

#include "receiver.h"

void segments_init(struct segments *segments, const struct siphash_key *key)
{
	segments->key = *key;
}

void segments_forget(struct segments *segments, const struct port *port)
{
	if (segments->used[port->index])
		memset(segments->flows[port->index], 0, sizeof(segments->flows[port->index]));
	segments->used[port->index] = false;
	segments->joins[port->index] = false;
}

static bool segments_is_there(const struct segments_flow *flow, uint32_t now)
{
	uint32_t age = flow->mss == 0 ? RECEIVER_NARROW_AGE : RECEIVER_AGE;

	return flow->id != 0 && now - flow->seen <= age;
}

/* The lowest bit of an id is always set. */
static struct segments_flow *segments_set(struct segments *segments, const struct port *port,
					  uint64_t id)
{
	return segments->flows[port->index][(id >> 1) % SEGMENTS_SETS];
}

/* Compares the id alone: without the key nobody can make two 63-bit ids collide. */
static struct segments_flow *segments_find(struct segments *segments, const struct port *port,
					   uint64_t id)
{
	struct segments_flow *set = segments_set(segments, port, id);

	for (unsigned i = 0; i < SEGMENTS_WAYS; i++) {
		if (set[i].id == id && segments_is_there(&set[i], port->bridge->now))
			return &set[i];
	}
	return NULL;
}

/*
 * How suitable a slot is for reuse: a free one, else one without super-frames, else the one silent
 * longest.
 */
static uint32_t segments_worth(const struct segments_flow *flow, uint32_t now)
{
	if (!segments_is_there(flow, now))
		return UINT32_MAX;
	return (flow->largest == 0 && flow->mss > 0 ? UINT32_MAX / 2 : 0) + (now - flow->seen);
}

/* Resets it, in its own slot if it has one. */
static struct segments_flow *segments_add(struct segments *segments, const struct port *port,
					  uint64_t id)
{
	struct segments_flow *set = segments_set(segments, port, id);
	struct segments_flow *place = set;
	uint32_t now = port->bridge->now;

	for (unsigned i = 0; i < SEGMENTS_WAYS && place->id != id; i++) {
		if (set[i].id == id || segments_worth(&set[i], now) > segments_worth(place, now))
			place = &set[i];
	}
	*place = (struct segments_flow){.id = id, .seen = now};
	segments->used[port->index] = true;
	return place;
}

/* Stops joining, also for connections that begin later. */
static void segments_narrow(struct segments *segments, const struct port *port,
			    struct segments_flow *entry, const struct receiver_flow *flow)
{
	entry->trust = 0;
	entry->tried_size = 0;
	segments_add(segments, port, receiver_address_id(&segments->key, flow));
}

/* For sequence numbers, which wrap around. */
static bool segments_is_before(uint32_t seq, uint32_t other)
{
	return (int32_t)(seq - other) < 0;
}

/*
 * A joined segment was lost: by chance, or because the path is narrower. If few got through, what
 * was already sent now comes as single segments; otherwise the sender would hardly make progress.
 */
static void segments_doubt(struct segments *segments, const struct port *port,
			   struct segments_flow *entry, const struct receiver_flow *flow)
{
	entry->tried_size = 0;
	entry->trust--;
	if (entry->trust < SEGMENTS_TRUST_NEW) {
		entry->healing = true;
		entry->healed = entry->sent;
	}
	if (entry->trust == 0)
		segments_narrow(segments, port, entry, flow);
}

/*
 * A joined segment arrives as a whole or not at all: if the receiver has a part, it got it in
 * parts.
 */
static void segments_take_note(struct segments *segments, const struct port *port,
			       struct segments_flow *entry, const struct receiver_flow *flow,
			       uint32_t has)
{
	if (entry->healing && !segments_is_before(has, entry->healed))
		entry->healing = false;
	if (entry->tried_size == 0 || !segments_is_before(entry->tried, has))
		return;
	if (segments_is_before(has, entry->tried + entry->tried_size)) {
		segments_doubt(segments, port, entry, flow);
		return;
	}
	entry->tried_size = 0;
	entry->trust = SEGMENTS_TRUST_PROVEN;
}

static void segments_begin(struct segments *segments, const struct port *port,
			   const struct receiver_flow *flow, uint32_t mss)
{
	bool narrow = segments_find(segments, port, receiver_address_id(&segments->key, flow));
	struct segments_flow *entry =
		segments_add(segments, port, receiver_id(&segments->key, flow));

	entry->mss = (uint16_t)mss;
	entry->trust = narrow ? 0 : SEGMENTS_TRUST_NEW;
}

void segments_learn(struct segments *segments, const struct port *port,
		    const struct layers_dissected *packet)
{
	struct receiver_flow flow PACKET_PARSED;
	struct segments_flow *entry;
	uint32_t number = 0;
	enum receiver_said said = receiver_read(&flow, &number, packet);

	if (said == RECEIVER_NOTHING || (said == RECEIVER_HAS && !segments->joins[port->index]))
		return;
	if (said == RECEIVER_MSS) {
		segments_begin(segments, port, &flow, number);
		return;
	}
	entry = segments_find(segments, port, receiver_id(&segments->key, &flow));
	if (entry && said == RECEIVER_NARROW)
		segments_narrow(segments, port, entry, &flow);
	else if (entry)
		segments_take_note(segments, port, entry, &flow, number);
}

/*
 * Whether the sender's segments have become smaller: it has found that the path is narrower, or has
 * little to send. Its options vary, so whole packets are compared.
 */
static bool segments_is_smaller(struct segments_flow *entry, const struct gso *gso)
{
	uint32_t size = gso->header_size - gso->packet.l3 + gso->segment_size;

	if (size < entry->largest)
		return true;
	entry->largest = (uint16_t)size;
	return false;
}

/* Routers fragment what they may, and nobody would notice. */
static bool segments_may_be_cut(const struct gso *gso)
{
	struct packet_ipv4 ip;

	if (gso->packet.version == 6)
		return false;
	memcpy(&ip, gso->frame->data + gso->packet.l3, sizeof(ip));
	return !(ip.fragment & htobe16(PACKET_DONT_FRAGMENT));
}

/*
 * Bytes of payload that the receiver accepts: its MSS includes all options, RFC 9293 section 3.7.1.
 */
static uint32_t segments_room(const struct segments_flow *entry, const struct gso *gso)
{
	uint32_t fixed =
		PACKET_TCP_HEADER +
		(gso->packet.version == 4 ? (uint32_t)PACKET_IPV4_HEADER : PACKET_IPV6_HEADER);
	uint32_t options = gso->header_size - gso->packet.l3 - fixed;

	return entry->mss > options ? entry->mss - options : 0;
}

/* How many of the sender's segments go into one; room: bytes of payload in a frame. */
static uint32_t segments_count(struct segments_flow *entry, const struct gso *gso, uint32_t room)
{
	uint32_t size = gso->end - gso->offset;
	uint32_t taken = segments_room(entry, gso);
	uint32_t n = (taken < room ? taken : room) / gso->segment_size;

	if (segments_is_smaller(entry, gso) || entry->trust == 0 || entry->healing || n < 2)
		return 1;
	if (entry->tried_size == 0) {
		entry->tried = gso->seq;
		entry->tried_size =
			(uint16_t)(size < n * gso->segment_size ? size : n * gso->segment_size);
	}
	return n;
}

void segments_fit(struct segments *segments, const struct port *port, struct gso *gso)
{
	struct receiver_flow flow PACKET_PARSED;
	struct segments_flow *entry;
	uint32_t limit = frame_limit(gso->frame, port->bridge->mtu);
	uint32_t end;
	uint32_t n;

	if (gso->kind != PACKET_TCP || gso->n_segments < 2 ||
	    limit < gso->header_size + 2 * gso->segment_size || segments_may_be_cut(gso))
		return;
	receiver_flow_of(&flow, &gso->packet, gso->frame);
	entry = segments_find(segments, port, receiver_id(&segments->key, &flow));
	if (!entry)
		return;
	entry->seen = port->bridge->now;
	end = gso->seq + gso->end - gso->offset;
	if (entry->largest == 0 || segments_is_before(entry->sent, end))
		entry->sent = end;
	/* A joined segment is being repeated. */
	if (entry->tried_size > 0 && segments_is_before(entry->tried, end) &&
	    segments_is_before(gso->seq, entry->tried + entry->tried_size))
		segments_doubt(segments, port, entry, &flow);
	n = segments_count(entry, gso, limit - gso->header_size);
	segments->joins[port->index] |= n > 1;
	gso_enlarge(gso, n);
}
