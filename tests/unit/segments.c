// SPDX-License-Identifier: GPL-2.0-or-later
/* How large the segments are that each guest gets of each connection. */
#include "segments.h"

#include "answers.h"
#include "dissected.h"
#include "receiver.h"
#include "unit.h"

enum { PORTS = 3, SENT = 1448, LARGE = 65480, MTU = 65520, START = 100000 /* s */ };

static struct segments segments;
static struct bridge bridge;
static struct port ports[PORTS];
static uint8_t memory[2048], super[REFERENCE_SIZE_MAX], payload[65536];

static void begin(void)
{
	static const struct siphash_key key = {{1, 2}};

	bridge_init(&bridge, MTU, 1);
	bridge.now = START;
	for (unsigned i = 0; i < PORTS; i++)
		ck_assert_int_eq(bridge_add(&bridge, &ports[i]), 0);
	memset(&segments, 0, sizeof(segments));
	segments_init(&segments, &key);
}

/* What a server sends: with timestamps. */
static struct reference_flow connection(unsigned n)
{
	return (struct reference_flow){.version = n & 1 ? 6 : 4,
				       .protocol = REFERENCE_TCP,
				       .flow = n,
				       .fragment = REFERENCE_DF,
				       .flags = 0x10,
				       .seq = 1000,
				       .n_options = 12};
}

static void syn(unsigned port, const struct reference_flow *flow, unsigned mss)
{
	struct frame frame = answer_syn(memory, flow, mss);

	segments_learn(&segments, &ports[port], dissected(&frame));
}

static void too_big(unsigned port, const struct reference_flow *flow, unsigned mtu)
{
	struct frame frame = answer_too_big(memory, flow, mtu, 8);

	segments_learn(&segments, &ports[port], dissected(&frame));
}

/* The receiver has what comes before seq. */
static void has(unsigned port, const struct reference_flow *flow, uint32_t seq)
{
	struct reference_flow now = *flow;
	struct frame frame;

	now.ack = flow->seq + seq;
	now.flags = 0x10;
	frame = answer_back(memory, &now);
	segments_learn(&segments, &ports[port], dissected(&frame));
}

/* The size of the segments that a super-frame of the flow is cut into. */
static unsigned cut_of(unsigned port, const struct reference_flow *flow, uint32_t seq,
		       unsigned size, unsigned gso_size)
{
	struct reference_flow now = *flow;
	struct frame frame = {.data = super,
			      .vnet = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
				       .gso_type = flow->version == 4 ? VIRTIO_NET_HDR_GSO_TCPV4
								      : VIRTIO_NET_HDR_GSO_TCPV6,
				       .gso_size = (uint16_t)gso_size}};
	struct gso gso;

	if (flow->protocol == REFERENCE_UDP)
		frame.vnet.gso_type = VIRTIO_NET_HDR_GSO_UDP_L4;
	now.seq += seq;
	frame.size = (uint32_t)reference_build(super, &now, payload, size);
	ck_assert_int_eq(gso_begin(&gso, &frame), 0);
	segments_fit(&segments, &ports[port], &gso);
	ck_assert_uint_eq(gso.segment_size % gso_size, 0);
	ck_assert_uint_eq(gso.n_segments, size == 0 ? 1 : (size - 1) / gso.segment_size + 1);
	ck_assert(gso.segment_size == gso_size ||
		  gso_frame_size(&gso) <= frame_limit(&frame, bridge.mtu));
	return gso.segment_size;
}

/* The next super-frame, of 44 segments; how many are in one then. */
static uint32_t position;

static unsigned joined(unsigned port, const struct reference_flow *flow)
{
	unsigned size = cut_of(port, flow, position, 44 * SENT, SENT);

	position += 44 * SENT;
	return size / SENT;
}

/* IPv6 has 20 bytes less room in a frame, and says so itself by its MSS. */
static const struct {
	unsigned mss, sent, options, extension, n; /* n: of the sender's, in one */
} sizes[] = {
	{1460, 1448, 12, 0, 1},	  {8960, 1448, 12, 0, 6},   {8960, 1460, 0, 0, 6},
	{65460, 1448, 12, 0, 45}, {65460, 1460, 0, 0, 44},  {536, 1448, 12, 0, 1},
	{2896, 1448, 12, 0, 1},	  {2907, 1448, 12, 0, 1},   {2908, 1448, 12, 0, 2},
	{2896, 1448, 0, 0, 2},	  {2895, 1448, 0, 0, 1},    {2936, 1448, 40, 0, 2},
	{2935, 1448, 40, 0, 1},	  {2924, 1448, 12, 16, 2},  {2923, 1448, 12, 16, 1},
	{1460, 700, 12, 0, 2},	  {1460, 536, 12, 0, 2},    {65460, 9000, 12, 0, 7},
	{65460, 32724, 12, 0, 2}, {65460, 32725, 12, 0, 1}, {65535, 1448, 12, 0, 45},
	{1, 1448, 12, 0, 1},	  {12, 1448, 12, 0, 1},
};

START_TEST(as_many_of_the_senders_as_the_receiver_takes)
{
	begin();
	for (unsigned i = 0; i < 2; i++) {
		struct reference_flow flow = connection(i);

		flow.n_options = sizes[_i].options;
		flow.extension = sizes[_i].extension;
		memset(flow.options, 1, sizeof(flow.options));
		syn(0, &flow, sizes[_i].mss);
		ck_assert_uint_eq(cut_of(0, &flow, 0, 65400, sizes[_i].sent),
				  sizes[_i].n * sizes[_i].sent);
	}
}
END_TEST

START_TEST(no_frame_is_longer_than_the_mtu)
{
	struct reference_flow flow = connection(0);

	begin();
	bridge.mtu = 9000;
	syn(0, &flow, LARGE);
	ck_assert_uint_eq(joined(0, &flow), 6);
	bridge.mtu = 40 + 12 + 2 * SENT;
	ck_assert_uint_eq(joined(0, &flow), 2);
	bridge.mtu--;
	ck_assert_uint_eq(joined(0, &flow), 1);
	bridge.mtu = 1500;
	ck_assert_uint_eq(joined(0, &flow), 1);
}
END_TEST

START_TEST(what_is_not_known_goes_as_it_came)
{
	struct reference_flow flow = connection((unsigned)_i);
	struct reference_flow other = connection((unsigned)_i + 2);

	begin();
	ck_assert_uint_eq(joined(0, &flow), 1);
	syn(0, &flow, LARGE);
	ck_assert_uint_ge(joined(0, &flow), 44);
	ck_assert_uint_eq(joined(0, &other), 1);
	/* Datagrams are what they are, and what routers may cut is not worth it. */
	other = flow;
	other.protocol = REFERENCE_UDP;
	ck_assert_uint_eq(joined(0, &other), 1);
	flow.fragment = 0;
	ck_assert_uint_eq(joined(0, &flow), flow.version == 4 ? 1 : 45);
}
END_TEST

START_TEST(one_segment_alone_is_no_super_frame)
{
	struct reference_flow flow = connection(0);

	begin();
	syn(0, &flow, LARGE);
	ck_assert_uint_eq(cut_of(0, &flow, 0, SENT, SENT), SENT);
	ck_assert_uint_eq(cut_of(0, &flow, 0, 0, SENT), SENT);
}
END_TEST

START_TEST(another_ports_syn_says_nothing_here)
{
	struct reference_flow flow = connection((unsigned)_i);

	begin();
	syn(0, &flow, 8960);
	syn(1, &flow, LARGE);
	ck_assert_uint_eq(joined(0, &flow), 6);
	syn(1, &flow, 536);
	too_big(1, &flow, 1300);
	ck_assert_uint_eq(joined(0, &flow), 6);
	ck_assert_uint_eq(joined(2, &flow), 1);
	/* Who leaves takes his own away. */
	segments_forget(&segments, &ports[1]);
	ck_assert_uint_eq(joined(0, &flow), 6);
	segments_forget(&segments, &ports[0]);
	ck_assert_uint_eq(joined(0, &flow), 1);
	segments_forget(&segments, &ports[0]);
}
END_TEST

START_TEST(the_newest_syn_counts)
{
	struct reference_flow flow = connection(0);

	begin();
	syn(0, &flow, LARGE);
	syn(0, &flow, 8960);
	ck_assert_uint_eq(joined(0, &flow), 6);
	syn(0, &flow, 0);
	ck_assert_uint_eq(joined(0, &flow), 1);
}
END_TEST

START_TEST(what_is_silent_for_long_is_forgotten)
{
	struct reference_flow flow = connection(0);

	begin();
	syn(0, &flow, 8960);
	bridge.now += RECEIVER_AGE;
	ck_assert_uint_eq(joined(0, &flow), 6);
	bridge.now += RECEIVER_AGE;
	ck_assert_uint_eq(joined(0, &flow), 6);
	bridge.now += RECEIVER_AGE + 1;
	ck_assert_uint_eq(joined(0, &flow), 1);
}
END_TEST

/* However many begin at one port: its own places are full then, and the others' are not. */
START_TEST(a_flood_takes_the_places_of_its_own_port)
{
	struct reference_flow mine = connection(7);
	struct reference_flow theirs = connection(8);
	unsigned known = 0;

	begin();
	syn(0, &mine, 8960);
	syn(1, &theirs, 8960);
	ck_assert_uint_eq(joined(1, &theirs), 6);
	bridge.now++;
	for (unsigned i = 0; i < 20000; i++) {
		struct reference_flow flow = connection(i + 10);

		syn(1, &flow, LARGE);
		/* What is in use stays, whatever begins beside it at once. */
		ck_assert(i % 1000 > 0 || joined(1, &theirs) == 6);
	}
	ck_assert_uint_eq(joined(0, &mine), 6);
	for (unsigned i = 0; i < 20000; i++) {
		struct reference_flow flow = connection(i + 10);

		known += joined(1, &flow) > 1;
	}
	ck_assert_uint_gt(known, SEGMENTS_SETS * SEGMENTS_WAYS * 9 / 10);
	ck_assert_uint_lt(known, SEGMENTS_SETS * SEGMENTS_WAYS);
}
END_TEST

/* What is forgotten leaves its place to what comes, before anything that is in use. */
START_TEST(places_of_the_forgotten_are_taken_first)
{
	unsigned known = 0;

	begin();
	for (unsigned i = 0; i < 1000; i++) {
		struct reference_flow flow = connection(i);

		syn(0, &flow, LARGE);
	}
	bridge.now += RECEIVER_AGE + 1;
	for (unsigned i = 0; i < SEGMENTS_SETS * 2; i++) {
		struct reference_flow flow = connection(5000 + i);

		syn(0, &flow, LARGE);
	}
	for (unsigned i = 0; i < SEGMENTS_SETS * 2; i++) {
		struct reference_flow flow = connection(5000 + i);

		known += joined(0, &flow) > 1;
	}
	ck_assert_uint_eq(known, SEGMENTS_SETS * 2);
}
END_TEST

/* ---- the way behind a guest -------------------------------------------------- */

START_TEST(what_was_too_big_goes_as_it_came_from_then_on)
{
	struct reference_flow flow = connection((unsigned)_i);
	struct reference_flow later = connection((unsigned)_i + 2);
	struct reference_flow elsewhere;

	begin();
	syn(0, &flow, LARGE);
	ck_assert_uint_ge(joined(0, &flow), 44);
	too_big(0, &later, 1300); /* of a connection that is not there */
	ck_assert_uint_ge(joined(0, &flow), 44);
	too_big(0, &flow, 1300);
	for (unsigned i = 0; i < 10; i++)
		ck_assert_uint_eq(joined(0, &flow), 1);
	/* Those that begin now, to the same address (all are to one here): */
	syn(0, &later, LARGE);
	ck_assert_uint_eq(joined(0, &later), 1);
	/* of the other version, or at another port, it is another. */
	elsewhere = connection((unsigned)_i + 3);
	syn(0, &elsewhere, LARGE);
	ck_assert_uint_ge(joined(0, &elsewhere), 44);
	syn(1, &flow, LARGE);
	ck_assert_uint_ge(joined(1, &flow), 44);
	/* Ways change. */
	bridge.now += RECEIVER_NARROW_AGE;
	syn(0, &later, LARGE);
	ck_assert_uint_eq(joined(0, &later), 1);
	bridge.now++;
	syn(0, &later, LARGE);
	ck_assert_uint_ge(joined(0, &later), 44);
}
END_TEST

START_TEST(smaller_segments_than_before_go_as_they_came)
{
	struct reference_flow flow = connection(0);

	begin();
	syn(0, &flow, LARGE);
	ck_assert_uint_eq(cut_of(0, &flow, 0, 10000, 500), 130 * 500);
	ck_assert_uint_gt(cut_of(0, &flow, 10000, 10000, SENT), SENT);
	ck_assert_uint_eq(cut_of(0, &flow, 20000, 10000, SENT - 1), SENT - 1);
	ck_assert_uint_eq(cut_of(0, &flow, 30000, 10000, 500), 500);
	ck_assert_uint_gt(cut_of(0, &flow, 40000, 10000, SENT), SENT);
	/* What is less payload by its options is the same packet. */
	flow.n_options = 24;
	memset(flow.options, 1, sizeof(flow.options));
	ck_assert_uint_gt(cut_of(0, &flow, 50000, 10000, SENT - 12), SENT);
}
END_TEST

/*
 * What is joined does not come through, and is sent again: by a timeout for each of the sender's
 * segments, between which it sends something new (RFC 5682), or in super-frames.
 */
static void lose(const struct reference_flow *flow, bool timeouts)
{
	uint32_t start = position;
	uint32_t behind;

	ck_assert_uint_ge(joined(0, flow), 44);
	ck_assert_uint_ge(joined(0, flow), 44);
	behind = position;
	if (timeouts)
		has(0, flow, start + SENT);
	else
		ck_assert_uint_eq(cut_of(0, flow, start + SENT, 2 * SENT, SENT), SENT);
	ck_assert_uint_eq(joined(0, flow), 1); /* new */
	for (uint32_t seq = start + SENT; (int32_t)(behind - seq) > 0; seq += 5 * SENT) {
		has(0, flow, seq);
		ck_assert_uint_eq(cut_of(0, flow, seq, 2 * SENT, SENT), SENT);
	}
	has(0, flow, behind - 1);
	ck_assert_uint_eq(joined(0, flow), 1);
	has(0, flow, behind);
}

START_TEST(what_is_lost_again_and_again_goes_as_it_came)
{
	struct reference_flow flow = connection((unsigned)_i & 1);
	struct reference_flow later = connection(((unsigned)_i & 1) + 2);

	begin();
	flow.seq = UINT32_MAX - 100 * SENT; /* numbers wrap around */
	syn(0, &flow, LARGE);
	for (unsigned i = 0; i < SEGMENTS_TRUST_NEW; i++)
		lose(&flow, _i & 2);
	for (unsigned i = 0; i < 10; i++) {
		ck_assert_uint_eq(joined(0, &flow), 1);
		has(0, &flow, position);
	}
	syn(0, &later, LARGE);
	ck_assert_uint_eq(joined(0, &later), 1);
}
END_TEST

/* Also the first ones. What came through once will again, most probably. */
START_TEST(what_is_lost_by_chance_changes_nothing)
{
	struct reference_flow flow = connection(0);

	begin();
	syn(0, &flow, LARGE);
	for (unsigned i = 0; i < SEGMENTS_TRUST_NEW - 1; i++)
		lose(&flow, i & 1);
	for (unsigned i = 0; i < 100; i++) {
		uint32_t start = position;

		ck_assert_uint_ge(joined(0, &flow), 44);
		has(0, &flow, start);
		has(0, &flow, position);
		for (unsigned j = 0; j < SEGMENTS_TRUST_PROVEN - SEGMENTS_TRUST_NEW; j++) {
			start = position;
			ck_assert_uint_ge(joined(0, &flow), 44);
			position = start;
		}
		ck_assert_uint_ge(joined(0, &flow), 44);
		has(0, &flow, position);
	}
}
END_TEST

/* As when the way changes, and nobody tells. */
START_TEST(what_is_lost_all_of_a_sudden_goes_as_it_came_after_a_while)
{
	struct reference_flow flow = connection(0);
	unsigned i = 0;

	begin();
	syn(0, &flow, LARGE);
	joined(0, &flow);
	has(0, &flow, position);
	for (; joined(0, &flow) > 1; i++)
		has(0, &flow, position - SENT);
	ck_assert_uint_eq(i, SEGMENTS_TRUST_PROVEN - SEGMENTS_TRUST_NEW + 1);
	has(0, &flow, position); /* what was missing has come; two tries are left */
	for (i = 0; joined(0, &flow) > 1; i++) {
		has(0, &flow, position - SENT);
		has(0, &flow, position);
	}
	ck_assert_uint_eq(i, SEGMENTS_TRUST_NEW - 1);
}
END_TEST

/* What is late is not lost: it was never sent before. */
START_TEST(what_comes_out_of_order_changes_nothing)
{
	struct reference_flow flow = connection(0);

	begin();
	syn(0, &flow, LARGE);
	for (unsigned i = 0; i < 100; i++) {
		ck_assert_uint_ge(cut_of(0, &flow, position + 20 * SENT, 20 * SENT, SENT),
				  20 * SENT);
		ck_assert_uint_ge(cut_of(0, &flow, position, 20 * SENT, SENT), 20 * SENT);
		position += 40 * SENT;
		if (i & 1)
			has(0, &flow, position);
	}
}
END_TEST

int main(void)
{
	static const int versions[2], ways[4];
	const struct unit_test tests[] = {
		UNIT_CASES(as_many_of_the_senders_as_the_receiver_takes, sizes),
		UNIT_TEST(no_frame_is_longer_than_the_mtu),
		UNIT_CASES(what_is_not_known_goes_as_it_came, versions),
		UNIT_TEST(one_segment_alone_is_no_super_frame),
		UNIT_CASES(another_ports_syn_says_nothing_here, versions),
		UNIT_TEST(the_newest_syn_counts),
		UNIT_TEST(what_is_silent_for_long_is_forgotten),
		UNIT_TEST(a_flood_takes_the_places_of_its_own_port),
		UNIT_TEST(places_of_the_forgotten_are_taken_first),
		UNIT_CASES(what_was_too_big_goes_as_it_came_from_then_on, versions),
		UNIT_TEST(smaller_segments_than_before_go_as_they_came),
		UNIT_CASES(what_is_lost_again_and_again_goes_as_it_came, ways),
		UNIT_TEST(what_is_lost_by_chance_changes_nothing),
		UNIT_TEST(what_is_lost_all_of_a_sudden_goes_as_it_came_after_a_while),
		UNIT_TEST(what_comes_out_of_order_changes_nothing),
	};

	return unit_run("segments", tests, UNIT_COUNT(tests));
}
