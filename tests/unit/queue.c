// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fair queues. A peer here is a function that takes segments and looks at each: whole, valid, and
 * behind all of its flow that went before; what went in, came out, was dropped or waits.
 */
#include "queue.h"

#include "bridge.h"
#include "reference.h"
#include "unit.h"

enum {
	PEERS = 64,
	FLOWS = 300,
	MTU = 1500,
	SIZE = FRAME_HEADER + MTU, /* of a whole frame */
	HEADER = 14 + 20 + 20,
	PAYLOAD = 65000,
	OUTSIDE = 0, /* the port of the uplink; those behind it are guests' */
	GUESTS = 3,
	RING = 8, /* segments that are asked for at once */
};

#define MS INT64_C(1000000)

/* Of what is done very often: each ck_assert() is a message to the process that counts them. */
#define MUST(what)                                                                                 \
	do {                                                                                       \
		if (!(what))                                                                       \
			ck_abort_msg("%s", #what);                                                 \
	} while (0)

/* A peer, and what it is to have got. */
struct peer {
	struct queue queue;
	struct port port;
	uint64_t in, out; /* segments */
	uint64_t bytes_in, bytes_out;
	uint64_t marked;
	uint64_t flow_bytes[FLOWS]; /* that came out */
	uint32_t expected[FLOWS];   /* the sequence number that nothing may be below */
	uint32_t seq[FLOWS];	    /* of the next to go in */
	unsigned last;		    /* flow that came out */
};

static struct queues queues;
static struct bridge bridge;
static struct peer peers[PEERS];
static struct port sources[1 + GUESTS];
static uint8_t payload[PAYLOAD], memory[REFERENCE_SIZE_MAX], actual[REFERENCE_SIZE_MAX];
static uint64_t seed = 1;
static int64_t now = MS;
static uint8_t tos;

static void begin(unsigned mtu)
{
	const struct siphash_key key = {{3, 4}};

	for (unsigned i = 0; i < PAYLOAD; i++)
		payload[i] = (uint8_t)reference_random(&seed);
	ck_assert_int_eq(queues_init(&queues, &key), 0);
	bridge.mtu = mtu;
	for (unsigned i = 0; i < UNIT_COUNT(sources); i++)
		sources[i].index = 100 + i;
	sources[OUTSIDE].uplink = true;
	for (unsigned i = 0; i < PEERS; i++) {
		peers[i].port.bridge = &bridge;
		peers[i].queue.queues = &queues;
		peers[i].queue.port = &peers[i].port;
	}
}

static uint64_t dropped(const struct peer *peer)
{
	uint64_t n = 0;

	for (int i = 0; i < PORT_DROPS; i++)
		n += peer->port.counters.dropped_out[i];
	return n;
}

static uint64_t dropped_for(const struct peer *peer, enum port_drop reason)
{
	return peer->port.counters.dropped_out[reason];
}

/* ---- what must be so, whatever was done ---------------------------------------- */

static unsigned n_items, n_cells, n_waiting;
static bool seen_item[QUEUE_ITEMS], seen_cell[POOL_CELLS];

/* An item that a flow or a ring has, once or more often. */
static void see(const struct queue_item *item)
{
	size_t i = (size_t)(item - queues.items);
	size_t cell = (size_t)(item->frame.data - queues.pool.memory) / POOL_CELL;

	if (i >= QUEUE_ITEMS || cell >= POOL_CELLS || queues.pool.holders[cell] == 0)
		ck_abort_msg("an item of nothing");
	n_items += !seen_item[i];
	seen_item[i] = true;
	if (!seen_cell[cell])
		n_cells += queues.pool.cells[cell];
	seen_cell[cell] = true;
}

/* Bytes and segments that wait for a peer. */
static uint32_t see_queue(const struct queue *queue, uint64_t *segments)
{
	uint32_t bytes = 0, all = 0;

	for (unsigned i = 0; i < QUEUE_FLOWS; i++) {
		const struct queue_flow *flow = &queue->flows[i];
		uint32_t cells = 0;

		if (flow->first && !flow->listed)
			ck_abort_msg("a flow that has no turn");
		for (const struct queue_item *item = flow->first; item; item = item->next) {
			see(item);
			bytes += item->bytes;
			*segments += item->left;
			cells += item->cells;
			if (item->left == 0 || (!item->next && flow->last != item))
				ck_abort_msg("a flow's list");
		}
		if (cells != flow->cells)
			ck_abort_msg("a flow's cells");
		all += cells;
	}
	for (unsigned i = 0; i < queue->n_ring; i++) {
		see(queue->ring[i].item);
		bytes += queue->ring[i].size;
		(*segments)++;
	}
	for (unsigned i = 0; i < queue->n_ring; i++) { /* those that no flow has, once */
		const struct queue_item *item = queue->ring[i].item;
		bool again = item->left > 0;

		for (unsigned j = 0; j < i; j++)
			again |= queue->ring[j].item == item;
		all += again ? 0 : item->cells;
	}
	MUST(all == queue->cells);
	return bytes;
}

/* What is held is what waits; who else holds so many cells of the pool is the caller. */
static void assert_sound(unsigned cells)
{
	const struct queue *previous = NULL;
	unsigned n_free = 0;

	n_items = n_cells = n_waiting = 0;
	memset(seen_item, 0, sizeof(seen_item));
	memset(seen_cell, 0, sizeof(seen_cell));
	for (unsigned i = 0; i < PEERS; i++) {
		const struct peer *peer = &peers[i];
		uint64_t segments = 0;

		MUST(see_queue(&peer->queue, &segments) == peer->queue.bytes);
		MUST(peer->in == peer->out + dropped(peer) + segments);
		n_waiting += peer->queue.bytes > 0;
	}
	for (const struct queue *queue = queues.waiting; queue; queue = queue->next) {
		MUST(n_waiting-- > 0 && queue->bytes > 0 && queue->previous == previous);
		previous = queue;
	}
	ck_assert_uint_eq(n_waiting, 0);
	for (const struct queue_item *item = queues.free; item; item = item->next)
		n_free++;
	ck_assert_uint_eq(n_free + n_items, queues.n_items);
	ck_assert_uint_eq(queues.pool.n_used, n_cells + cells);
}

/* Nothing is left of anything. */
static void end(void)
{
	for (unsigned i = 0; i < PEERS; i++) {
		ck_assert(queue_is_empty(&peers[i].queue));
		ck_assert_uint_eq(peers[i].queue.n_ring, 0);
		ck_assert_uint_eq(peers[i].in, peers[i].out + dropped(&peers[i]));
	}
	assert_sound(0);
	ck_assert_ptr_null(queues.waiting);
	ck_assert_ptr_null(queues.open);
	ck_assert_uint_eq(queues.pool.n_used, 0);
	queues_finish(&queues);
	queues_finish(&queues);
}

/* ---- in and out ---------------------------------------------------------------- */

/* TCP of that flow, whose sequence numbers go on; segment: bytes of payload, or 0 for a plain one.
 */
static struct frame make(uint8_t *data, unsigned flow, uint32_t size, uint32_t segment,
			 uint32_t seq)
{
	const struct reference_flow tcp = {.version = 4,
					   .protocol = REFERENCE_TCP,
					   .flow = flow,
					   .tos = tos,
					   .ttl = 64,
					   .fragment = REFERENCE_DF,
					   .seq = seq,
					   .flags = 0x10};
	struct frame frame = {.data = data};

	frame.size = (uint32_t)reference_build(data, &tcp, payload, size - HEADER);
	if (segment > 0) {
		frame.vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		frame.vnet.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
		frame.vnet.gso_size = (uint16_t)segment;
		frame.vnet.csum_start = 34;
		frame.vnet.csum_offset = 16;
	}
	return frame;
}

/* Adds a frame of which the first segments are gone already. */
static void add_frame(struct peer *peer, const struct frame *frame, unsigned gone,
		      const struct port *from)
{
	struct gso gso;

	MUST(gso_begin(&gso, frame) == 0);
	gso_skip(&gso, gone);
	peer->in += gso.n_segments;
	peer->bytes_in += gso.n_segments * gso.header_size + gso.end - gso.offset;
	queue_add(&peer->queue, &gso, gone, from, now);
}

static void add(struct peer *peer, unsigned flow, uint32_t size, uint32_t segment)
{
	struct frame frame = make(memory, flow, size, segment, peer->seq[flow]);

	peer->seq[flow] += size - HEADER;
	add_frame(peer, &frame, 0, &sources[OUTSIDE]);
	memset(memory, 0xee, frame.size); /* it is the caller's again */
}

static void fill(struct peer *peer, unsigned flow, uint32_t size, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		add(peer, flow, size, 0);
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Looks at a segment that is to go. */
static uint32_t judge(struct peer *peer, const struct gso_segment *segment, unsigned *flow,
		      uint32_t *seq)
{
	uint32_t size = segment->header_size + segment->payload_size;

	memcpy(actual, segment->header, segment->header_size);
	memcpy(actual + segment->header_size, segment->payload, segment->payload_size);
	*flow = (get32(actual + 34) >> 16) - 40000;
	*seq = get32(actual + 38);
	if (size < HEADER || *flow >= FLOWS || (int32_t)(*seq - peer->expected[*flow]) < 0)
		ck_abort_msg("flow %u: %u after %u", *flow, *seq, peer->expected[*flow]);
	if (size < 2000 && reference_fault(actual, size))
		ck_abort_msg("%s", reference_fault(actual, size));
	return size;
}

/* The peer looks at the ring, and takes at most max of it. How many it took. */
static unsigned take(struct peer *peer, unsigned max)
{
	unsigned n = queue_fill_ring(&peer->queue, RING, INT64_MAX, now);
	uint32_t expected[FLOWS];

	MUST(n <= RING);
	MUST((n == 0) == queue_is_empty(&peer->queue));
	memcpy(expected, peer->expected, sizeof(expected));
	for (unsigned i = 0; i < n; i++) {
		struct gso_segment segment;
		unsigned flow;
		uint32_t seq;
		uint32_t size;

		queue_cut(&peer->queue, i, &segment);
		size = judge(peer, &segment, &flow, &seq);
		MUST(size == peer->queue.ring[i].size);
		peer->expected[flow] = seq + size - HEADER;
		if (i >= max)
			continue;
		expected[flow] = peer->expected[flow];
		peer->out++;
		peer->bytes_out += size;
		peer->flow_bytes[flow] += size;
		peer->marked += (actual[15] & 3) == 3;
		peer->last = flow;
	}
	memcpy(peer->expected, expected, sizeof(expected));
	n = n < max ? n : max;
	queue_sent(&peer->queue, n);
	return n;
}

/* All that waits goes out, while no time passes. */
static void take_all(struct peer *peer)
{
	while (take(peer, RING) > 0)
		;
}

/* The next flow to go out. */
static unsigned take_one(struct peer *peer)
{
	ck_assert_uint_eq(take(peer, 1), 1);
	return peer->last;
}

START_TEST(what_goes_in_comes_out)
{
	struct peer *peer = &peers[0];

	begin(MTU);
	assert_sound(0);
	ck_assert_uint_eq(queue_fill_ring(&peer->queue, RING, INT64_MAX, now), 0);
	ck_assert(queue_is_empty(&peer->queue));
	fill(peer, 0, SIZE, 10);
	add(peer, 0, 65000, 1448);
	fill(peer, 0, 60, 10);
	add(peer, 0, HEADER + 1, 1448);
	add(peer, 0, HEADER + 1448, 1448);
	add(peer, 0, HEADER + 1449, 1448);
	ck_assert_uint_eq(peer->in, 10 + 45 + 10 + 4);
	ck_assert_uint_eq(peer->queue.bytes, peer->bytes_in);
	ck_assert_uint_eq(queues.pool.n_used, 10 + 32 + 10 + 3);
	assert_sound(0);
	take_all(peer);
	ck_assert_uint_eq(peer->out, peer->in);
	ck_assert_uint_eq(peer->bytes_out, peer->bytes_in);
	ck_assert_uint_eq(peer->expected[0], peer->seq[0]); /* and each in its order */
	end();
}
END_TEST

/* ---- fairness ------------------------------------------------------------------ */

/* Two to 64 flows of all sizes that are never out of frames have the same bytes at any time. */
static const unsigned flows[] = {2, 3, 8, 16, 32, 64};

START_TEST(flows_have_equal_parts)
{
	struct peer *peer = &peers[0];
	unsigned backlog[FLOWS] = {0};
	unsigned n = flows[_i];

	begin(MTU);
	for (unsigned step = 0; step < 150 * n; step++) {
		uint64_t least = UINT64_MAX, most = 0;

		for (unsigned i = 0; i < n; i++) {
			uint32_t size = 400 + i % 8 * (SIZE - 400) / 7;
			uint64_t waits = peer->seq[i] - peer->expected[i];

			/* More than a turn's worth, in small frames, large or super-frames. */
			while (waits < 2 * (SIZE + SIZE * HEADER / size)) {
				uint32_t whole = i % 9 == 8 ? 4 * SIZE : size;

				add(peer, i, whole, i % 9 == 8 ? 1000 : 0);
				waits += whole - HEADER;
				backlog[i]++;
			}
		}
		MUST(take(peer, RING) > 0);
		for (unsigned i = 0; i < n; i++) {
			least = peer->flow_bytes[i] < least ? peer->flow_bytes[i] : least;
			most = peer->flow_bytes[i] > most ? peer->flow_bytes[i] : most;
		}
		/* A turn's worth, and what a frame may have beyond it. */
		MUST(most - least <= 2 * SIZE);
	}
	ck_assert_uint_eq(dropped(peer), 0);
	take_all(peer);
	end();
}
END_TEST

START_TEST(who_sends_little_goes_first)
{
	struct peer *peer = &peers[0];

	begin(MTU);
	/* Beside one that has just begun, after its first turn; */
	fill(peer, 0, SIZE, 1000);
	add(peer, 1, 100, 0);
	ck_assert_uint_eq(take_one(peer), 0);
	ck_assert_uint_eq(take_one(peer), 1);
	for (unsigned i = 0; i < 5; i++)
		take(peer, RING);
	for (unsigned i = 0; i < 100; i++) {
		/* behind what is in the ring already at other times. */
		unsigned ring = i % 2 ? queue_fill_ring(&peer->queue, RING, INT64_MAX, now)
				      : peer->queue.n_ring;

		add(peer, 2 + i, 100, 0);
		for (unsigned j = 0; j < ring; j++)
			ck_assert_uint_eq(take_one(peer), 0);
		ck_assert_uint_eq(take_one(peer), 2 + i);
		take(peer, RING);
	}
	take_all(peer);
	ck_assert_uint_eq(dropped(peer), 0);
	end();
}
END_TEST

/* As many as there are in a row do not keep those waiting that have begun before (RFC 8290, 4.2).
 */
START_TEST(who_sends_little_but_always_is_no_longer_first)
{
	struct peer *peer = &peers[0];

	begin(MTU);
	fill(peer, 0, SIZE, 1000);
	for (unsigned i = 0; i < 2000 && peer->flow_bytes[0] < 100 * SIZE; i++) {
		add(peer, 1, SIZE, 0);
		add(peer, 2, SIZE, 0);
		take(peer, 2);
	}
	ck_assert_uint_ge(peer->flow_bytes[0], 100 * SIZE);
	ck_assert_uint_le(peer->flow_bytes[1], 102 * SIZE + RING * SIZE);
	ck_assert_uint_eq(dropped(peer), 0);
	queue_clear(&peer->queue, PORT_DROP_DOWN);
	end();
}
END_TEST

/* However many flows a guest makes up, beside others it has no more than eight. */
START_TEST(a_guest_that_makes_up_flows_has_eight)
{
	struct peer *peer = &peers[0];
	uint64_t made_up = 0;
	uint64_t bytes = 0;
	unsigned used = 0;

	begin(MTU);
	for (unsigned i = 0; i < 600; i++) {
		struct frame frame = make(memory, 100 + i % 200, SIZE, 0, 1);

		add_frame(peer, &frame, 0, &sources[1]);
		frame = make(memory, 1, SIZE, 0, 1); /* a second guest with one */
		add_frame(peer, &frame, 0, &sources[2]);
		add(peer, 2 + i % 4, SIZE, 0); /* four from outside */
	}
	for (unsigned i = 0; i < QUEUE_FLOWS; i++)
		used += peer->queue.flows[i].first != NULL;
	ck_assert_uint_le(used, 8 + 1 + 4);
	for (unsigned i = 0; i < 60; i++) {
		take(peer, RING);
		memset(peer->expected, 0, sizeof(peer->expected));
	}
	for (unsigned i = 0; i < FLOWS; i++) {
		bytes += peer->flow_bytes[i];
		made_up += i >= 100 ? peer->flow_bytes[i] : 0;
	}
	ck_assert_uint_le(made_up, bytes * 8 / 13 + 9 * SIZE);
	ck_assert_uint_ge(peer->flow_bytes[1] + 2 * SIZE, bytes / 13);
	queue_clear(&peer->queue, PORT_DROP_DOWN);
	end();
}
END_TEST

/* ---- order --------------------------------------------------------------------- */

/* More flows than there are places, in bursts of frames of any kind: judge() sees the order. */
START_TEST(a_flow_is_never_reordered)
{
	struct peer *peer = &peers[0];

	begin(MTU);
	for (unsigned i = 0; i < 40000; i++) {
		unsigned flow = reference_random(&seed) % FLOWS;
		unsigned what = reference_random(&seed) % 8;

		if (peer->queue.bytes < 300000) {
			if (what == 0)
				add(peer, flow, 9000 + reference_random(&seed) % 9000, 1448);
			else
				add(peer, flow, 60 + reference_random(&seed) % 1400, 0);
		}
		if (what <= 2 || peer->queue.bytes >= 300000)
			take(peer, reference_random(&seed) % (RING + 1));
		if (reference_random(&seed) % 400 == 0)
			take_all(peer);
	}
	ck_assert_uint_eq(dropped(peer), 0);
	take_all(peer);
	for (unsigned i = 0; i < FLOWS; i++)
		ck_assert_uint_eq(peer->expected[i], peer->seq[i]);
	end();
}
END_TEST

START_TEST(as_many_are_chosen_as_are_asked_for)
{
	struct peer *peer = &peers[0];
	struct frame frame;

	begin(MTU);
	frame = make(memory, 0, HEADER + 70 * 900, 900, peer->seq[0]);
	peer->seq[0] += 70 * 900;
	add_frame(peer, &frame, 0, &sources[OUTSIDE]);
	for (unsigned max = 1; max <= QUEUE_RING; max++)
		ck_assert_uint_eq(queue_fill_ring(&peer->queue, max, INT64_MAX, now), max);
	ck_assert_uint_eq(queue_fill_ring(&peer->queue, 3, INT64_MAX, now), 3);
	take_all(peer);
	end();
}
END_TEST

START_TEST(the_first_segments_may_be_gone)
{
	struct peer *peer = &peers[0];

	begin(MTU);
	for (unsigned gone = 0; gone < 10; gone++) {
		struct frame frame = make(memory, 0, HEADER + 9001, 1000, peer->seq[0]);

		peer->seq[0] += 9001;
		add_frame(peer, &frame, gone, &sources[OUTSIDE]);
		peer->expected[0] += gone * 1000;
		ck_assert_uint_eq(queue_fill_ring(&peer->queue, RING, INT64_MAX, now),
				  10 - gone < RING ? 10 - gone : RING);
		ck_assert_uint_eq(take_one(peer), 0);
		ck_assert_uint_eq(peer->expected[0],
				  9001 * gone + (gone == 9 ? 9001 : (gone + 1) * 1000));
		take_all(peer);
		ck_assert_uint_eq(peer->expected[0], peer->seq[0]);
	}
	end();
}
END_TEST

/* What the socket did not take is made again, and is the same. */
START_TEST(a_ring_may_be_sent_in_parts)
{
	struct peer *peer = &peers[0];
	struct gso_segment first, second;

	begin(MTU);
	add(peer, 0, 30000, 1448);
	add(&peers[1], 0, 30000, 1000);
	fill(peer, 1, SIZE, 10);
	while (queue_fill_ring(&peer->queue, RING, INT64_MAX, now) > 0) {
		unsigned ring = peer->queue.n_ring;

		for (unsigned i = 0; i < ring; i++) {
			queue_cut(&peer->queue, i, &first);
			/* Of another's super-frame in between. */
			if (queue_fill_ring(&peers[1].queue, RING, INT64_MAX, now) > 0)
				queue_cut(&peers[1].queue, 0, &second);
			queue_cut(&peer->queue, ring - 1, &second);
			queue_cut(&peer->queue, i, &second);
			ck_assert_uint_eq(first.header_size, second.header_size);
			ck_assert_mem_eq(first.header, second.header, first.header_size);
			ck_assert_ptr_eq(first.payload, second.payload);
			ck_assert_uint_eq(first.payload_size, second.payload_size);
		}
		take(peer, 0);
		take(peer, reference_random(&seed) % 4);
		take(&peers[1], 1);
	}
	take_all(&peers[1]);
	ck_assert_uint_eq(dropped(peer), 0);
	end();
}
END_TEST

/* ---- memory -------------------------------------------------------------------- */

/* Whatever their size, frames take whole cells. */
static const uint32_t stalled_sizes[] = {SIZE, 60, 700, 3000};

START_TEST(one_that_stalls_has_half)
{
	struct peer *stalled = &peers[0];
	uint32_t size = stalled_sizes[_i];

	begin(3000);
	for (unsigned i = 0; i < 5000; i++) {
		add(stalled, i % 3, size, 0);
		MUST(queues.pool.n_used <= QUEUE_CELLS + 1);
		MUST(queues.pool.n_used == stalled->queue.cells);
	}
	ck_assert_uint_gt(queues.pool.n_used, QUEUE_CELLS / 2);
	ck_assert_uint_eq(dropped(stalled), dropped_for(stalled, PORT_DROP_FULL));
	ck_assert_uint_eq(stalled->bytes_in - dropped(stalled) * size, stalled->queue.bytes);
	assert_sound(0);
	/* From its longest flow, and there from the head: the rest is what came last. */
	take_all(stalled);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_uint_eq(stalled->expected[i], stalled->seq[i]);
	end();
}
END_TEST

/* The others have as much as if it was not there, until they have as much as it has. */
START_TEST(one_that_stalls_costs_the_others_nothing)
{
	struct peer *stalled = &peers[0];

	begin(3000);
	for (unsigned i = 0; i < 5000; i++)
		add(stalled, i % 3, stalled_sizes[_i], 0);
	/* Each of ten has a hundred frames. */
	for (unsigned i = 0; i < 1000; i++) {
		add(&peers[1 + i % 10], i % 7, SIZE, 0);
		if (i % 100 == 0)
			assert_sound(0);
	}
	for (unsigned i = 1; i <= 10; i++) {
		ck_assert_uint_eq(dropped(&peers[i]), 0);
		take_all(&peers[i]);
		ck_assert_uint_eq(peers[i].out, 100);
	}
	queue_clear(&stalled->queue, PORT_DROP_DOWN);
	end();
}
END_TEST

/* As many as the memory has room for at once: no larger part for who sends other sizes. */
START_TEST(two_that_stall_share_the_memory)
{
	begin(MTU);
	for (unsigned i = 0; i < 6000; i++) {
		add(&peers[0], i % 4, 60, 0);
		add(&peers[1], i % 4, SIZE, 0);
	}
	assert_sound(0);
	for (unsigned i = 0; i < 2; i++)
		ck_assert_uint_ge(peers[i].in - dropped(&peers[i]), POOL_CELLS / 4);
	queue_clear(&peers[0].queue, PORT_DROP_DOWN);
	queue_clear(&peers[1].queue, PORT_DROP_DOWN);
	end();
}
END_TEST

/* So in one queue: a flow of small frames does not push out the one of large ones. */
START_TEST(two_flows_share_the_memory)
{
	struct peer *peer = &peers[0];
	uint64_t waiting[2] = {0};

	begin(MTU);
	for (unsigned i = 0; i < 6000; i++) {
		add(peer, 0, 60, 0);
		add(peer, 1, SIZE, 0);
	}
	for (unsigned i = 0; i < QUEUE_FLOWS; i++) {
		for (struct queue_item *item = peer->queue.flows[i].first; item; item = item->next)
			waiting[item->bytes > 60] += item->left;
	}
	for (unsigned i = 0; i < 2; i++)
		ck_assert_uint_ge(waiting[i], POOL_CELLS / 8);
	queue_clear(&peer->queue, PORT_DROP_DOWN);
	end();
}
END_TEST

START_TEST(a_frame_for_many_lies_once)
{
	uint8_t *run;
	struct frame frame;

	begin(MTU);
	run = pool_take(&queues.pool, PAYLOAD + HEADER);
	frame = make(run, 0, HEADER + 50000, 1448, 0);
	pool_trim(&queues.pool, run, frame.size);
	ck_assert_uint_eq(queues.pool.n_used, 25);
	for (unsigned i = 0; i < PEERS; i++)
		add_frame(&peers[i], &frame, i % 3, &sources[OUTSIDE]);
	ck_assert_uint_eq(queues.pool.n_used, 25);
	assert_sound(0);
	pool_give(&queues.pool, run); /* who read it has sent it on */
	for (unsigned i = 0; i < PEERS; i++) {
		ck_assert_uint_eq(queues.pool.n_used, 25);
		if (i % 2)
			take_all(&peers[i]);
		else
			queue_clear(&peers[i].queue, PORT_DROP_DOWN);
		assert_sound(0);
	}
	end();
}
END_TEST

/* All of it is held by another: what is new is dropped, and nothing that waits is left. */
START_TEST(without_memory_it_is_dropped)
{
	struct peer *peer = &peers[0];
	uint8_t *all;

	begin(MTU);
	all = pool_take(&queues.pool, POOL_CELL * (POOL_CELLS - 1));
	ck_assert_ptr_nonnull(all);
	add(peer, 0, 60000, 1448);
	ck_assert_uint_eq(dropped_for(peer, PORT_DROP_FULL), peer->in);
	add(peer, 0, SIZE, 0);
	add(&peers[1], 0, SIZE, 0);
	ck_assert_uint_eq(dropped_for(peer, PORT_DROP_FULL), peer->in);
	ck_assert_uint_eq(dropped(&peers[1]), 0);
	assert_sound(POOL_CELLS - 1);
	/* In the ring, too. */
	ck_assert_uint_eq(queue_fill_ring(&peers[1].queue, RING, INT64_MAX, now), 1);
	add(peer, 0, SIZE, 0);
	ck_assert_uint_eq(dropped_for(&peers[1], PORT_DROP_FULL), 1);
	ck_assert(queue_is_empty(&peers[1].queue));
	ck_assert(!queue_is_empty(&peer->queue));
	assert_sound(POOL_CELLS - 1);
	take_all(peer);
	pool_give(&queues.pool, all);
	end();
}
END_TEST

/* A frame that many hold needs an item for each. */
START_TEST(items_run_out)
{
	struct frame frame;
	uint8_t *run;

	begin(MTU);
	run = pool_take(&queues.pool, SIZE);
	frame = make(run, 0, SIZE, 0, 0);
	for (unsigned i = 0; i < 2 * QUEUE_ITEMS; i++)
		add_frame(&peers[i % PEERS], &frame, 0, &sources[OUTSIDE]);
	assert_sound(0);
	ck_assert_uint_eq(queues.n_items, QUEUE_ITEMS);
	ck_assert_uint_eq(queues.pool.n_used, 1);
	for (unsigned i = 0; i < PEERS; i++)
		queue_clear(&peers[i].queue, PORT_DROP_DOWN);
	ck_assert_uint_eq(queues.pool.n_used, 1);
	pool_give(&queues.pool, run);
	end();
}
END_TEST

/* A super-frame needs cells side by side. That costs others, here a quarter of all that waits. */
START_TEST(room_for_a_long_one_costs_half_at_most)
{
	uint64_t n = 0;

	begin(MTU);
	for (unsigned i = 0; i < POOL_CELLS; i++)
		add(&peers[i % (PEERS - 1)], i % 5, SIZE, 0);
	ck_assert_uint_eq(queues.pool.n_used, POOL_CELLS);
	add(&peers[PEERS - 1], 0, 65000, 1448);
	for (unsigned i = 0; i < PEERS; i++) {
		n += dropped(&peers[i]);
		queue_clear(&peers[i].queue, PORT_DROP_DOWN);
	}
	ck_assert_uint_le(n, POOL_CELLS / 2);
	end();
}
END_TEST

/* ---- time ---------------------------------------------------------------------- */

/* One segment a ms goes, more come; whether any is dropped for having waited. */
static void overload(struct peer *peer, unsigned ms)
{
	for (unsigned i = 0; i < ms; i++, now += MS) {
		if (peer->queue.bytes < 100 * SIZE)
			fill(peer, 0, SIZE, 2);
		take(peer, 1);
		queue_fill_ring(&peer->queue, RING, INT64_MAX, now);
	}
}

/* At a rate of which a frame takes 1 ms, CoDel is 4 frames more patient; drops are the rate's. */
START_TEST(what_waits_for_a_rate_is_waited_for_longer)
{
	struct peer *peer = &peers[0];

	begin(MTU);
	queue_set_rate(&peer->queue, 12112000);
	for (unsigned i = 0; i < 4000; i++, now += MS) {
		if (peer->queue.bytes <= 14 * SIZE)
			fill(peer, 0, SIZE, 2);
		take(peer, 1);
	}
	ck_assert_uint_eq(dropped(peer), 0);
	queue_set_rate(&peer->queue, 0);
	for (unsigned i = 0; i < 400; i++, now += MS) {
		if (peer->queue.bytes <= 14 * SIZE)
			fill(peer, 0, SIZE, 2);
		take(peer, 1);
	}
	ck_assert_uint_gt(dropped_for(peer, PORT_DROP_LATE), 0);
	queue_set_rate(&peer->queue, 12112000);
	overload(peer, 1000);
	ck_assert_uint_gt(dropped_for(peer, PORT_DROP_RATE), 0);
	assert_sound(0);
	take_all(peer);
	end();
}
END_TEST

/* No more than the bytes, but for the last one; and what was chosen once goes first. */
START_TEST(bytes_bound_what_may_go)
{
	struct peer *peer = &peers[0];

	begin(MTU);
	fill(peer, 0, SIZE, 10);
	ck_assert_uint_eq(queue_fill_ring(&peer->queue, RING, 0, now), 0);
	ck_assert_uint_eq(queue_fill_ring(&peer->queue, RING, -1, now), 0);
	ck_assert_uint_eq(peer->queue.n_ring, 0);
	ck_assert_uint_eq(queue_fill_ring(&peer->queue, RING, 1, now), 1);
	ck_assert_uint_eq(queue_fill_ring(&peer->queue, RING, SIZE, now), 1);
	ck_assert_uint_eq(queue_fill_ring(&peer->queue, RING, SIZE + 1, now), 2);
	ck_assert_uint_eq(queue_fill_ring(&peer->queue, RING, 0, now), 0);
	ck_assert_uint_eq(queue_fill_ring(&peer->queue, RING, 1, now), 1);
	ck_assert_uint_eq(peer->queue.n_ring, 2);
	assert_sound(0);
	take_all(peer);
	end();
}
END_TEST

START_TEST(what_waits_too_long_is_dropped)
{
	struct peer *peer = &peers[0];

	begin(MTU);
	overload(peer, 100);
	ck_assert_uint_eq(dropped(peer), 0);
	overload(peer, 4000);
	ck_assert_uint_gt(dropped_for(peer, PORT_DROP_LATE), 20);
	ck_assert_uint_eq(dropped(peer), dropped_for(peer, PORT_DROP_LATE));
	ck_assert_uint_eq(peer->bytes_in - dropped(peer) * SIZE,
			  peer->bytes_out + peer->queue.bytes);
	assert_sound(0);
	take_all(peer);
	end();
}
END_TEST

START_TEST(of_super_frames_segments_are_dropped)
{
	struct peer *peer = &peers[0];

	begin(MTU);
	for (unsigned i = 0; i < 4000; i++, now += MS) {
		if (peer->queue.bytes < 100 * SIZE)
			add(peer, 0, HEADER + 40 * 1448, 1448);
		take(peer, 1);
	}
	ck_assert_uint_gt(dropped_for(peer, PORT_DROP_LATE), 20);
	ck_assert_uint_eq(peer->bytes_in - dropped(peer) * (HEADER + 1448),
			  peer->bytes_out + peer->queue.bytes);
	assert_sound(0);
	queue_clear(&peer->queue, PORT_DROP_DOWN);
	end();
}
END_TEST

/* Each flow has its own delay: who sends little loses nothing. */
START_TEST(only_who_makes_others_wait_loses)
{
	struct peer *peer = &peers[0];
	unsigned n = 0;

	begin(MTU);
	for (unsigned i = 0; i < 400; i++) {
		overload(peer, 10);
		add(peer, 1, 200, 0);
		n++;
	}
	ck_assert_uint_gt(dropped_for(peer, PORT_DROP_LATE), 20);
	take_all(peer);
	ck_assert_uint_eq(peer->flow_bytes[1], 200 * n);
	end();
}
END_TEST

/* What was there before it was emptied does not count, not either where all was in the ring. */
static const bool in_ring[] = {false, true};

START_TEST(who_comes_anew_has_not_waited_before)
{
	struct peer *peer = &peers[0];
	uint64_t late;

	begin(MTU);
	overload(peer, 3000);
	now += 20 * MS;
	while (in_ring[_i] && peer->queue.bytes > RING * SIZE)
		take(peer, 1);
	queue_fill_ring(&peer->queue, RING, INT64_MAX, now);
	queue_clear(&peer->queue, PORT_DROP_DOWN);
	ck_assert_uint_gt(dropped_for(peer, PORT_DROP_DOWN), 0);
	ck_assert_ptr_null(queues.waiting);
	late = dropped_for(peer, PORT_DROP_LATE);
	now += 1000 * MS;
	fill(peer, 0, SIZE, 50);
	now += 6 * MS;
	for (unsigned i = 0; i < 40; i++, now += MS)
		take(peer, 1);
	ck_assert_uint_eq(dropped_for(peer, PORT_DROP_LATE), late);
	queue_clear(&peer->queue, PORT_DROP_DOWN);
	end();
}
END_TEST

/* What the ring takes leaves nothing behind it that waits. */
START_TEST(a_few_frames_are_never_late)
{
	struct peer *peer = &peers[0];

	begin(MTU);
	for (unsigned i = 0; i < 1000; i++) {
		fill(peer, 0, SIZE, 1);
		now += 50 * MS;
		while (peer->queue.bytes > SIZE)
			take(peer, 1);
	}
	ck_assert_uint_eq(dropped(peer), 0);
	take_all(peer);
	end();
}
END_TEST

START_TEST(who_can_be_marked_loses_nothing)
{
	struct peer *peer = &peers[0];

	begin(MTU);
	tos = 2;
	overload(peer, 4000);
	ck_assert_uint_eq(dropped(peer), 0);
	ck_assert_uint_gt(peer->marked, 20);
	take_all(peer);
	end();
}
END_TEST

/* A super-frame that two have: the mark in one is none in the other. */
START_TEST(a_mark_is_for_one_alone)
{
	static uint8_t before[REFERENCE_SIZE_MAX];
	uint8_t *run;
	struct frame frame;

	begin(MTU);
	tos = 1;
	run = pool_take(&queues.pool, PAYLOAD + HEADER);
	frame = make(run, 0, HEADER + 45 * 1448 - 200, 1448, 0);
	memcpy(before, run, frame.size);
	add_frame(&peers[0], &frame, 0, &sources[OUTSIDE]);
	add_frame(&peers[1], &frame, 0, &sources[OUTSIDE]);
	for (unsigned i = 0; i < 20; i++, now += 50 * MS)
		take(&peers[0], 1);
	ck_assert_uint_gt(peers[0].marked, 0);
	ck_assert_mem_eq(run, before, frame.size);
	now = MS;
	take_all(&peers[1]);
	ck_assert_uint_eq(peers[1].marked, 0);
	take_all(&peers[0]);
	pool_give(&queues.pool, run);
	end();
}
END_TEST

/* ---- large frames --------------------------------------------------------------- */

START_TEST(super_frames_go_whole_where_the_mtu_is_large)
{
	struct peer *peer = &peers[0];

	begin(65520);
	for (unsigned i = 0; i < 200; i++) {
		add(peer, 0, 65000, 64946);
		add(peer, 1, 65000, 1448);
		add(peer, 2, SIZE, 0);
		ck_assert_uint_le(peer->queue.cells, QUEUE_CELLS + 32);
	}
	assert_sound(0);
	ck_assert_uint_gt(dropped_for(peer, PORT_DROP_FULL), 100);
	for (unsigned i = 0; i < 100; i++)
		take(peer, 1);
	assert_sound(0);
	ck_assert_uint_le(peer->flow_bytes[0], peer->flow_bytes[1] + 2 * 65534);
	ck_assert_uint_le(peer->flow_bytes[1], peer->flow_bytes[0] + 2 * 65534);
	take_all(peer);
	end();
}
END_TEST

/* Segments of one byte are many more bytes than the frame has. */
START_TEST(the_smallest_segments_are_counted_with_their_headers)
{
	struct peer *peer = &peers[0];
	uint64_t segments = 65000 - HEADER;

	begin(MTU);
	add(peer, 0, 65000, 1);
	ck_assert_uint_eq(peer->queue.bytes, segments * (HEADER + 1));
	ck_assert_uint_eq(queues.pool.n_used, 32);
	for (unsigned i = 1; i < 100; i++)
		add(peer, 0, 65000, 1);
	ck_assert_uint_eq(dropped_for(peer, PORT_DROP_FULL) % segments, 0);
	ck_assert_uint_eq(peer->queue.bytes, (peer->in - dropped(peer)) * (HEADER + 1));
	take(peer, 3);
	assert_sound(0);
	queue_clear(&peer->queue, PORT_DROP_DOWN);
	ck_assert_uint_eq(peer->out, 3);
	end();
}
END_TEST

/* ---- any operations -------------------------------------------------------------- */

enum { HELD = 8, STEPS = 30000 };

/* What a device's port holds while it sends it on. */
static uint8_t *held[HELD];
static struct frame held_frames[HELD];

static unsigned held_cells(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < HELD; i++) {
		size_t cell;

		if (!held[i])
			continue;
		cell = (size_t)(held[i] - queues.pool.memory) / POOL_CELL;
		n += seen_cell[cell] ? 0 : queues.pool.cells[cell];
	}
	return n;
}

/* Reads a frame into the pool, and gives back an old one. */
static void read_any(unsigned slot, uint32_t seq)
{
	bool super = reference_random(&seed) % 4 == 0;
	uint32_t size = super ? HEADER + reference_random(&seed) % 64000
			      : 60 + reference_random(&seed) % 1400;

	if (held[slot])
		pool_give(&queues.pool, held[slot]);
	held[slot] = pool_take(&queues.pool, REFERENCE_SIZE_MAX);
	if (!held[slot])
		return;
	held_frames[slot] = make(held[slot], reference_random(&seed) % FLOWS, size,
				 super ? 200 + reference_random(&seed) % 1248 : 0, seq);
	pool_trim(&queues.pool, held[slot], held_frames[slot].size);
}

/* Of any frame, to any peers; sequence numbers are the time, so the order is still seen. */
static void add_any(uint32_t seq)
{
	unsigned slot = reference_random(&seed) % HELD;
	unsigned n = reference_random(&seed) % 10 ? 1 : 1 + reference_random(&seed) % PEERS;
	unsigned first = reference_random(&seed);
	struct frame frame;

	read_any(slot, seq);
	if (held[slot]) {
		frame = held_frames[slot];
	} else { /* as one from a guest, or of the reserve */
		bool super = reference_random(&seed) % 8 == 0;

		frame = make(memory, reference_random(&seed) % FLOWS, super ? 60000 : 1000,
			     super ? 1448 : 0, seq);
	}
	for (unsigned i = 0; i < n; i++) {
		struct peer *peer = &peers[(first + i) % PEERS];
		struct gso gso;

		MUST(gso_begin(&gso, &frame) == 0);
		add_frame(peer, &frame, reference_random(&seed) % gso.n_segments,
			  &sources[OUTSIDE]);
	}
}

START_TEST(any_operations_end_and_lose_nothing)
{
	uint64_t full = 0;

	begin(MTU);
	for (unsigned i = 0; i < STEPS; i++) {
		struct peer *peer = &peers[reference_random(&seed) % PEERS];
		unsigned what = reference_random(&seed) % 1000;
		/* Times of stalls and times of rest. */
		unsigned rate = i / 5000 % 3 == 2 ? 900 : 200;

		if (what < rate)
			take(peer, reference_random(&seed) % (RING + 1));
		else if (what < 995)
			add_any(i * 65536);
		else if (what < 997)
			queue_clear(&peer->queue, PORT_DROP_DOWN);
		else
			now += reference_random(&seed) % 100 * MS;
		if (i % 500 != 0)
			continue;
		/* Once to see what is shared. */
		for (unsigned j = 0; j < PEERS; j++) {
			uint64_t segments = 0;

			if (j == 0)
				memset(seen_cell, 0, sizeof(seen_cell));
			see_queue(&peers[j].queue, &segments);
		}
		assert_sound(held_cells());
	}
	for (unsigned i = 0; i < HELD; i++) {
		if (held[i])
			pool_give(&queues.pool, held[i]);
	}
	for (unsigned i = 0; i < PEERS; i++) {
		full += dropped_for(&peers[i], PORT_DROP_FULL);
		if (i % 2)
			take_all(&peers[i]);
		else
			queue_clear(&peers[i].queue, PORT_DROP_DOWN);
	}
	ck_assert_uint_gt(full, 1000);
	end();
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(what_goes_in_comes_out),
		UNIT_CASES(flows_have_equal_parts, flows),
		UNIT_TEST(who_sends_little_goes_first),
		UNIT_TEST(who_sends_little_but_always_is_no_longer_first),
		UNIT_TEST(a_guest_that_makes_up_flows_has_eight),
		UNIT_TEST(a_flow_is_never_reordered),
		UNIT_TEST(as_many_are_chosen_as_are_asked_for),
		UNIT_TEST(the_first_segments_may_be_gone),
		UNIT_TEST(a_ring_may_be_sent_in_parts),
		UNIT_CASES(one_that_stalls_has_half, stalled_sizes),
		UNIT_CASES(one_that_stalls_costs_the_others_nothing, stalled_sizes),
		UNIT_TEST(two_that_stall_share_the_memory),
		UNIT_TEST(two_flows_share_the_memory),
		UNIT_TEST(a_frame_for_many_lies_once),
		UNIT_TEST(without_memory_it_is_dropped),
		UNIT_TEST(items_run_out),
		UNIT_TEST(room_for_a_long_one_costs_half_at_most),
		UNIT_TEST(what_waits_too_long_is_dropped),
		UNIT_TEST(of_super_frames_segments_are_dropped),
		UNIT_TEST(only_who_makes_others_wait_loses),
		UNIT_CASES(who_comes_anew_has_not_waited_before, in_ring),
		UNIT_TEST(a_few_frames_are_never_late),
		UNIT_TEST(what_waits_for_a_rate_is_waited_for_longer),
		UNIT_TEST(bytes_bound_what_may_go),
		UNIT_TEST(who_can_be_marked_loses_nothing),
		UNIT_TEST(a_mark_is_for_one_alone),
		UNIT_TEST(super_frames_go_whole_where_the_mtu_is_large),
		UNIT_TEST(the_smallest_segments_are_counted_with_their_headers),
		UNIT_TEST(any_operations_end_and_lose_nothing),
	};

	return unit_run("queue", tests, UNIT_COUNT(tests));
}
