// SPDX-License-Identifier: GPL-2.0-or-later
/* Which flow a frame is of, and the mark of congestion. */
#include "flow.h"

#include "reference.h"
#include "unit.h"

enum { CE = 3, FLOWS = 4096, PAYLOAD = 4000 };

static const struct siphash_key key = {{1, 2}};
static uint8_t payload[PAYLOAD], memory[REFERENCE_SIZE_MAX], before[REFERENCE_SIZE_MAX],
	expected[REFERENCE_SIZE_MAX], actual[REFERENCE_SIZE_MAX];

/* All kinds of flows that are told apart, one a number. */
static struct reference_flow kind_of(unsigned i)
{
	struct reference_flow flow = {
		.version = i & 1 ? 6 : 4,
		.protocol = i & 2 ? REFERENCE_UDP : REFERENCE_TCP,
		.tagged = i & 4,
		.extension = i & 8 ? 16 : 0,
		.flow = 3,
		.ttl = 64,
		.id = 7,
		.fragment = REFERENCE_DF,
		.seq = 1000,
		.flags = 0x10,
	};

	return flow;
}

static struct frame make_frame(const struct reference_flow *flow, size_t size)
{
	struct frame frame = {.data = memory};

	frame.size = (uint32_t)reference_build(memory, flow, payload, size);
	return frame;
}

/* As a TAP hands it over. */
static struct frame make_super(const struct reference_flow *flow, size_t size, size_t gso_size)
{
	struct frame frame = make_frame(flow, size);
	size_t l4 = reference_header_size(flow) - (flow->protocol == REFERENCE_TCP ? 20 : 8);

	frame.vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	frame.vnet.gso_type = flow->protocol == REFERENCE_UDP ? VIRTIO_NET_HDR_GSO_UDP_L4
			      : flow->version == 4	      ? VIRTIO_NET_HDR_GSO_TCPV4
							      : VIRTIO_NET_HDR_GSO_TCPV6;
	frame.vnet.gso_size = (uint16_t)gso_size;
	frame.vnet.csum_start = (uint16_t)l4;
	frame.vnet.csum_offset = flow->protocol == REFERENCE_TCP ? 16 : 6;
	return frame;
}

static uint64_t hash_of(const struct reference_flow *flow, size_t size)
{
	struct frame frame = make_frame(flow, size);

	return flow_hash(&key, &frame);
}

/* ---- the hash ---------------------------------------------------------------- */

START_TEST(a_flow_is_one_whatever_it_carries)
{
	for (unsigned i = 0; i < 16; i++) {
		struct reference_flow flow = kind_of(i);
		struct frame super = make_super(&flow, 4000, 1000);
		uint64_t hash = flow_hash(&key, &super);

		ck_assert_uint_eq(hash_of(&flow, 0), hash);
		flow.seq = flow.ack = 123456;
		flow.id = 99;
		flow.flags = 0x18;
		flow.tos = 0xff;
		flow.ttl = 3;
		flow.window = 1;
		ck_assert_uint_eq(hash_of(&flow, 1448), hash);
		flow.extension = i & 8 ? 0 : 32;
		ck_assert_uint_eq(hash_of(&flow, 1), hash);
	}
}
END_TEST

/* Each byte of addresses and ports counts, the protocol and the version, and the key. */
START_TEST(other_flows_have_other_numbers)
{
	for (unsigned i = 0; i < 16; i++) {
		struct reference_flow flow = kind_of(i);
		struct frame frame = make_frame(&flow, 100);
		const struct siphash_key other = {{1, 3}};
		uint64_t hash = flow_hash(&key, &frame);
		size_t ip = flow.tagged ? 18 : 14;
		size_t addresses = ip + (flow.version == 4 ? 12 : 8);
		size_t ports = ip + (flow.version == 4 ? 20 : 40) + flow.extension;
		size_t end = addresses + (flow.version == 4 ? 8 : 32);

		ck_assert_uint_ne(flow_hash(&other, &frame), hash);
		for (size_t at = addresses; at < ports + 4; at = at + 1 == end ? ports : at + 1) {
			memory[at] ^= 0x40;
			ck_assert_uint_ne(flow_hash(&key, &frame), hash);
			memory[at] ^= 0x40;
		}
		ck_assert_uint_eq(flow_hash(&key, &frame), hash);
		flow = kind_of(i ^ 2);
		ck_assert_uint_ne(hash_of(&flow, 100), hash);
		flow = kind_of(i ^ 1);
		ck_assert_uint_ne(hash_of(&flow, 100), hash);
	}
}
END_TEST

static int compare(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

/* What a queue takes of it, 32 bits, is different for all of these, and its lowest even. */
START_TEST(flows_are_spread)
{
	static uint32_t hashes[FLOWS];
	unsigned buckets[8] = {0};

	for (unsigned i = 0; i < FLOWS; i++) {
		struct reference_flow flow = kind_of(0);

		flow.flow = i;
		hashes[i] = (uint32_t)hash_of(&flow, 0);
		buckets[hashes[i] % 8]++;
	}
	qsort(hashes, FLOWS, sizeof(hashes[0]), compare);
	for (unsigned i = 1; i < FLOWS; i++)
		ck_assert_uint_ne(hashes[i], hashes[i - 1]);
	for (unsigned i = 0; i < 8; i++) {
		ck_assert_uint_ge(buckets[i], FLOWS / 8 * 4 / 5);
		ck_assert_uint_le(buckets[i], FLOWS / 8 * 6 / 5);
	}
}
END_TEST

/* ARP, ICMP, fragments and what is malformed: by who speaks to whom. */
START_TEST(all_else_goes_by_its_ethernet_header)
{
	struct reference_flow flow = kind_of(0);
	struct frame frame = make_frame(&flow, 100);
	uint64_t hash;

	memory[23] = 1;
	hash = flow_hash(&key, &frame);
	memory[30] ^= 1; /* another address: the same */
	ck_assert_uint_eq(flow_hash(&key, &frame), hash);
	memory[0] ^= 2;
	ck_assert_uint_ne(flow_hash(&key, &frame), hash);
	memory[0] ^= 2;
	memory[23] = 17;
	memory[20] = 0x20; /* more fragments */
	ck_assert_uint_eq(flow_hash(&key, &frame), hash);
	memory[20] = 0;
	memory[13] = 6;
	ck_assert_uint_ne(flow_hash(&key, &frame), hash);
	/* Cut short anywhere, it is read within its end. */
	for (unsigned i = 0; i < 16; i++) {
		flow = kind_of(i);
		frame = make_frame(&flow, 100);
		for (uint32_t size = FRAME_HEADER; size < frame.size; size++) {
			struct frame cut = {.data = malloc(size), .size = size};

			ck_assert_ptr_nonnull(cut.data);
			memcpy(cut.data, memory, size);
			flow_hash(&key, &cut);
			ck_assert(!flow_can_be_marked(&cut));
			free(cut.data);
		}
	}
}
END_TEST

/* ---- the mark ---------------------------------------------------------------- */

static size_t assemble(const struct gso_segment *segment)
{
	ck_assert_uint_le(segment->header_size, GSO_HEADER_MAX);
	memcpy(actual, segment->header, segment->header_size);
	memcpy(actual + segment->header_size, segment->payload, segment->payload_size);
	return segment->header_size + segment->payload_size;
}

START_TEST(who_offers_it_can_be_marked)
{
	for (unsigned i = 0; i < 16; i++) {
		struct reference_flow flow = kind_of(i);
		struct frame frame;

		for (unsigned tos = 0; tos < 256; tos++) {
			flow.tos = (uint8_t)tos;
			frame = make_frame(&flow, 100);
			ck_assert_int_eq(flow_can_be_marked(&frame), (tos & CE) != 0);
		}
	}
}
END_TEST

START_TEST(nothing_but_tcp_and_udp_is_marked)
{
	struct reference_flow flow = kind_of(0);
	struct frame frame;

	flow.tos = CE;
	frame = make_frame(&flow, 100);
	memory[23] = 1;
	ck_assert(!flow_can_be_marked(&frame));
	memory[23] = 17;
	memory[21] = 1; /* a fragment */
	ck_assert(!flow_can_be_marked(&frame));
	memory[21] = 0;
	memory[12] = 0x18; /* not IP */
	ck_assert(!flow_can_be_marked(&frame));
}
END_TEST

/* Marks each segment: by definition what its sender would have sent marked. */
static void assert_marked(const struct reference_flow *flow, const struct frame *frame, size_t size,
			  size_t gso_size)
{
	struct reference_flow marked = *flow;
	struct gso_segment segment;
	struct gso gso;
	unsigned i = 0;

	marked.tos |= CE;
	memcpy(before, memory, frame->size);
	ck_assert_int_eq(gso_begin(&gso, frame), 0);
	for (; gso_next(&gso, &segment); i++) {
		size_t expected_size =
			reference_segment(expected, &marked, payload, size, gso_size, i);

		flow_mark(&segment, frame);
		ck_assert_uint_eq(assemble(&segment), expected_size);
		ck_assert_mem_eq(actual, expected, expected_size);
		ck_assert_ptr_null(reference_fault(actual, expected_size));
		/* A second time nothing changes, */
		flow_mark(&segment, frame);
		ck_assert_uint_eq(assemble(&segment), expected_size);
		ck_assert_mem_eq(actual, expected, expected_size);
	}
	ck_assert_uint_gt(i, 0);
	/* and in the frame, nothing did: it may go to others, too. */
	ck_assert_mem_eq(memory, before, frame->size);
}

START_TEST(a_marked_segment_is_as_its_sender_would_have_marked_it)
{
	for (unsigned i = 0; i < 16 * 256; i++) {
		struct reference_flow flow = kind_of(i % 16);
		struct frame frame;

		flow.tos = (uint8_t)(i / 16);
		if ((flow.tos & CE) == 0)
			continue;
		frame = make_frame(&flow, 100);
		assert_marked(&flow, &frame, 100, 100); /* plain */
		frame = make_super(&flow, 500, 200);
		assert_marked(&flow, &frame, 500, 200);
	}
}
END_TEST

/* One that lacks only its checksum; the partial one in it is the sum of the pseudo header. */
START_TEST(a_checksum_is_completed_beside_the_mark)
{
	for (unsigned i = 0; i < 16; i++) {
		struct reference_flow flow = kind_of(i);
		struct frame frame;
		uint8_t *ip, *l4;
		unsigned sum;

		flow.tos = 2;
		frame = make_super(&flow, 333, 0);
		frame.vnet.gso_type = VIRTIO_NET_HDR_GSO_NONE;
		ip = memory + (flow.tagged ? 18 : 14);
		l4 = memory + frame.vnet.csum_start;
		sum = reference_pseudo(ip + (flow.version == 4 ? 12 : 8),
				       flow.version == 4 ? 8 : 32, (unsigned)flow.protocol,
				       frame.size - frame.vnet.csum_start);
		l4[frame.vnet.csum_offset] = (uint8_t)(sum >> 8);
		l4[frame.vnet.csum_offset + 1] = (uint8_t)sum;
		assert_marked(&flow, &frame, 333, 333);
	}
}
END_TEST

/* Every value of the checksum, so that its carries and both its zeros are among them. */
START_TEST(a_header_checksum_stays_valid)
{
	struct reference_flow flow = kind_of(0);

	for (unsigned id = 0; id <= UINT16_MAX; id++) {
		struct gso_segment segment;
		struct frame frame;
		struct gso gso;

		flow.id = (uint16_t)id;
		flow.tos = (uint8_t)(1 + id % 3);
		frame = make_frame(&flow, 0);
		ck_assert(gso_begin(&gso, &frame) == 0 && gso_next(&gso, &segment));
		flow_mark(&segment, &frame);
		if (reference_sum(0, segment.header + FRAME_HEADER, 20) != 0xffff)
			ck_abort_msg("id %u", id);
	}
}
END_TEST

/* A guest behind another bridge may place its checksum where it likes. */
START_TEST(a_checksum_field_anywhere_does_no_harm)
{
	struct reference_flow flow = kind_of(0);

	flow.tos = 1;
	for (unsigned field = 0; field + 2 <= 100; field++) {
		struct frame frame = make_frame(&flow, 100);
		struct gso_segment segment;
		struct gso gso;
		size_t size;

		frame.vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		frame.vnet.csum_offset = (uint16_t)field;
		memset(&segment, 0x5a, sizeof(segment));
		ck_assert_int_eq(gso_begin(&gso, &frame), 0);
		ck_assert(gso_next(&gso, &segment));
		size = assemble(&segment);
		memcpy(expected, actual, size);
		flow_mark(&segment, &frame);
		ck_assert_uint_eq(assemble(&segment), size);
		/* Nothing but the mark and the checksum of its header has changed. */
		ck_assert_uint_eq(actual[15], expected[15] | CE);
		actual[15] = expected[15];
		memcpy(actual + 24, expected + 24, 2);
		ck_assert_mem_eq(actual, expected, size);
	}
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_flow_is_one_whatever_it_carries),
		UNIT_TEST(other_flows_have_other_numbers),
		UNIT_TEST(flows_are_spread),
		UNIT_TEST(all_else_goes_by_its_ethernet_header),
		UNIT_TEST(who_offers_it_can_be_marked),
		UNIT_TEST(nothing_but_tcp_and_udp_is_marked),
		UNIT_TEST(a_marked_segment_is_as_its_sender_would_have_marked_it),
		UNIT_TEST(a_checksum_is_completed_beside_the_mark),
		UNIT_TEST(a_header_checksum_stays_valid),
		UNIT_TEST(a_checksum_field_anywhere_does_no_harm),
	};

	return unit_run("flow", tests, UNIT_COUNT(tests));
}
