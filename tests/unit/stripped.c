// SPDX-License-Identifier: GPL-2.0-or-later
#include "stripped.h"

#include <stdlib.h>

#include "gso.h"
#include "judge.h"
#include "reference.h"
#include "unit.h"

enum { MTU = 1500, PAYLOAD = 65535, IP = 14 };

static uint8_t payload[PAYLOAD], bytes[REFERENCE_SIZE_MAX], before[REFERENCE_SIZE_MAX],
	whole[REFERENCE_SIZE_MAX], segment_bytes[REFERENCE_SIZE_MAX];
static struct frame frame;

static const struct reference_flow flows[] = {
	{.version = 4,
	 .protocol = REFERENCE_TCP,
	 .flow = 2,
	 .ttl = 64,
	 .id = 100,
	 .fragment = REFERENCE_DF,
	 .seq = 1000,
	 .ack = 2000,
	 .flags = PACKET_TCP_ACK},
	{.version = 6,
	 .protocol = REFERENCE_TCP,
	 .flow = 3,
	 .ttl = 64,
	 .seq = 0xfffffff0,
	 .ack = 2000,
	 .flags = PACKET_TCP_ACK | PACKET_TCP_PSH,
	 .options = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2},
	 .n_options = 12},
	{.version = 4,
	 .protocol = REFERENCE_TCP,
	 .tagged = true,
	 .flow = 4,
	 .ttl = 1,
	 .id = 0xffff,
	 .seq = 1,
	 .flags = PACKET_TCP_ACK | PACKET_TCP_CWR},
	{.version = 6,
	 .protocol = REFERENCE_TCP,
	 .extension = 8,
	 .flow = 5,
	 .ttl = 64,
	 .flags = PACKET_TCP_ACK | PACKET_TCP_FIN},
	{.version = 4, .protocol = REFERENCE_UDP, .flow = 6, .ttl = 64},
	{.version = 6, .protocol = REFERENCE_UDP, .tagged = true, .flow = 7, .ttl = 64},
};
static const struct reference_flow *const udp4 = &flows[4];

static uint32_t l4_of(const struct reference_flow *flow)
{
	bool tcp = flow->protocol == REFERENCE_TCP;

	return (uint32_t)(reference_header_size(flow) - (tcp ? 20 + flow->n_options : 8));
}

static uint8_t *checksum_of(const struct reference_flow *flow)
{
	return bytes + l4_of(flow) + (flow->protocol == REFERENCE_TCP ? 16 : 6);
}

static uint8_t *ip_of(const struct reference_flow *flow)
{
	return bytes + IP + (flow->tagged ? 4 : 0);
}

/* As it is on a wire. */
static void make(const struct reference_flow *flow, size_t size)
{
	uint64_t seed = 1;

	for (size_t i = 0; i < PAYLOAD; i++)
		payload[i] = (uint8_t)reference_random(&seed);
	frame = (struct frame){.data = bytes};
	frame.size = (uint32_t)reference_build(bytes, flow, payload, size);
	frame.vnet.flags = 0x55; /* of the frame that was here before */
	memcpy(whole, bytes, frame.size);
}

static void write_sum(const struct reference_flow *flow, uint16_t sum)
{
	checksum_of(flow)[0] = (uint8_t)(sum >> 8);
	checksum_of(flow)[1] = (uint8_t)sum;
}

/* The sum of the pseudo header alone. */
static uint16_t pseudo_of(const struct reference_flow *flow)
{
	size_t n = flow->version == 4 ? 8 : 32;

	return reference_pseudo(ip_of(flow) + (flow->version == 4 ? 12 : 8), n,
				(unsigned)flow->protocol, frame.size - l4_of(flow));
}

/* As a guest leaves it that lets its device do the rest. */
static void make_partial(const struct reference_flow *flow, size_t size)
{
	make(flow, size);
	write_sum(flow, pseudo_of(flow));
}

static void restore(void)
{
	memcpy(before, bytes, frame.size);
	stripped_restore(&frame, MTU, NULL, 0);
}

static void assert_untouched(void)
{
	ck_assert(frame_is_plain(&frame));
	ck_assert_mem_eq(bytes, before, frame.size);
}

static const size_t sizes[] = {0, 1, 2, 10, 999, 1400};

START_TEST(a_checksum_that_lacks_is_completed)
{
	for (unsigned i = 0; i < UNIT_COUNT(flows); i++) {
		make_partial(&flows[i], sizes[_i]);
		ck_assert(stripped_lacks_checksum(&frame, MTU));
		restore();
		ck_assert(frame_is_plain(&frame));
		ck_assert_mem_eq(bytes, whole, frame.size);
		ck_assert_ptr_null(reference_fault(bytes, frame.size));
		ck_assert(!stripped_lacks_checksum(&frame, MTU));
	}
}
END_TEST

START_TEST(a_whole_frame_stays_as_it_is)
{
	for (unsigned i = 0; i < UNIT_COUNT(flows); i++) {
		make(&flows[i], sizes[_i]);
		ck_assert(!stripped_lacks_checksum(&frame, MTU));
		restore();
		assert_untouched();
		checksum_of(&flows[i])[0] ^= 0x40; /* damaged, which its receiver shall see */
		ck_assert(!stripped_lacks_checksum(&frame, MTU));
		restore();
		assert_untouched();
	}
}
END_TEST

/* The sum of the pseudo header can be the right checksum, too: once in 65536 frames. */
START_TEST(a_checksum_that_is_right_by_chance_stays)
{
	for (unsigned i = 0; i < UNIT_COUNT(flows); i++) {
		uint32_t right;
		uint8_t *last;

		make_partial(&flows[i], 100);
		last = bytes + frame.size - 2;
		memset(last, 0, 2);
		/* What the payload must have for the sum over all to be that of a valid one. */
		right = 0xffffu - reference_sum(pseudo_of(&flows[i]), bytes + l4_of(&flows[i]),
						frame.size - l4_of(&flows[i]));
		last[0] = (uint8_t)(right >> 8);
		last[1] = (uint8_t)right;
		ck_assert_ptr_null(reference_fault(bytes, frame.size));
		ck_assert(!stripped_lacks_checksum(&frame, MTU));
		restore();
		assert_untouched();
	}
}
END_TEST

START_TEST(no_checksum_in_udp_stays_none)
{
	make(udp4, 100);
	write_sum(udp4, 0);
	ck_assert(!stripped_lacks_checksum(&frame, MTU));
	restore();
	assert_untouched();
}
END_TEST

/* The length in its header, which the sum is over, must be that of the packet. */
START_TEST(udp_with_another_length_stays)
{
	make_partial(udp4, 100);
	bytes[l4_of(udp4) + 5]--;
	ck_assert(!stripped_lacks_checksum(&frame, MTU));
	restore();
	assert_untouched();
}
END_TEST

static const struct {
	size_t size;
	bool complete; /* its checksum is that of the whole */
} supers[] = {{1461, false}, {1461, true}, {2896, false}, {40000, false}, {65400, false}};

/* Its segments are what the guest would have sent without an offload. */
static void assert_segments(const struct reference_flow *flow, size_t size)
{
	size_t mss = MTU - (reference_header_size(flow) - (size_t)(ip_of(flow) - bytes));
	struct gso_segment segment;
	struct gso gso;
	unsigned i = 0;

	ck_assert_uint_eq(frame.vnet.gso_size, mss);
	ck_assert_ptr_null(judge_split(&frame));
	ck_assert_int_eq(gso_begin(&gso, &frame), 0);
	for (; gso_next(&gso, &segment); i++) {
		size_t n = reference_segment(whole, flow, payload, size, mss, i);

		ck_assert_uint_eq(segment.header_size + segment.payload_size, n);
		memcpy(segment_bytes, segment.header, segment.header_size);
		memcpy(segment_bytes + segment.header_size, segment.payload, segment.payload_size);
		ck_assert_mem_eq(segment_bytes, whole, n);
		ck_assert_ptr_null(reference_fault(segment_bytes, n));
	}
	ck_assert_uint_eq(i, (size + mss - 1) / mss);
}

START_TEST(what_is_longer_than_the_mtu_is_a_super_frame)
{
	for (unsigned i = 0; i < UNIT_COUNT(flows); i++) {
		const struct reference_flow *flow = &flows[i];
		uint16_t pseudo;

		if (flow->protocol != REFERENCE_TCP)
			continue;
		make(flow, supers[_i].size);
		pseudo = pseudo_of(flow);
		if (!supers[_i].complete)
			write_sum(flow, pseudo);
		restore();
		ck_assert_uint_eq(frame.vnet.flags, VIRTIO_NET_HDR_F_NEEDS_CSUM);
		ck_assert_uint_eq(frame.vnet.gso_type & VIRTIO_NET_HDR_GSO_ECN,
				  flow->flags & PACKET_TCP_CWR ? VIRTIO_NET_HDR_GSO_ECN : 0);
		ck_assert_uint_eq(frame.vnet.csum_start, l4_of(flow));
		ck_assert_uint_eq(frame.vnet.csum_offset, 16);
		ck_assert_uint_eq(frame.vnet.hdr_len, reference_header_size(flow));
		/* The kernel wants it there, as from any TAP. */
		ck_assert_uint_eq(checksum_of(flow)[0] << 8 | checksum_of(flow)[1], pseudo);
		assert_segments(flow, supers[_i].size);
	}
}
END_TEST

START_TEST(the_mtu_itself_is_one_frame)
{
	const struct reference_flow *flow = &flows[0];

	make_partial(flow, MTU - 40);
	restore();
	ck_assert(frame_is_plain(&frame));
	ck_assert_mem_eq(bytes, whole, frame.size);
	make_partial(flow, MTU - 39);
	restore();
	assert_segments(flow, MTU - 39);
}
END_TEST

/* What nobody can split, or nobody should: it stays, and is dropped for its length. */
static const struct {
	unsigned flow;
	uint32_t at; /* a byte of the frame, and what it becomes */
	uint8_t value;
} broken[] = {
	{4, 0, 2},	    /* UDP: as it is */
	{0, IP + 6, 0x20},  /* a fragment, to be continued */
	{0, IP + 7, 1},	    /* a later one */
	{0, IP, 0x44},	    /* a header that is too short */
	{0, IP, 0x65},	    /* another version */
	{0, IP, 0x4f},	    /* options that were payload */
	{0, IP + 2, 0xff},  /* longer than the frame */
	{0, IP + 2, 0x10},  /* shorter: something lies behind the packet */
	{0, IP + 8, 63},    /* its header's checksum is wrong */
	{0, IP + 9, 17},    /* UDP in its words */
	{0, IP + 9, 50},    /* ESP */
	{0, IP + 12, 99},   /* from another: no sum is right */
	{0, IP + 32, 0x40}, /* a TCP header that is too short */
	{0, IP + 33, 0x02}, /* SYN */
	{0, IP + 33, 0x14}, /* RST */
	{0, IP + 36, 0x99}, /* a checksum that is neither */
	{0, 12, 0x86},	    /* no IP */
	{1, IP, 0x45},	    /* another version */
	{1, IP + 4, 0xff},  /* longer than the frame */
	{1, IP + 4, 0x10},  /* shorter */
	{1, IP + 6, 44},    /* a fragment header */
	{1, IP + 6, 43},    /* a routing header */
	{1, IP + 6, 58},    /* ICMP */
	{1, IP + 56, 0x99}, /* a checksum that is neither */
	{3, IP + 41, 31},   /* extensions without an end */
	{3, IP + 40, 44},   /* a fragment behind them */
};

START_TEST(what_cannot_be_split_stays)
{
	const struct reference_flow *flow = &flows[broken[_i].flow];

	make_partial(flow, 40000);
	bytes[broken[_i].at] = broken[_i].value;
	restore();
	assert_untouched();
	ck_assert(!stripped_lacks_checksum(&frame, MTU));
}
END_TEST

/* Neither may anything behind its end be read, as a sanitizer sees. */
START_TEST(a_frame_that_is_cut_anywhere_stays)
{
	for (unsigned i = 0; i < UNIT_COUNT(flows); i++) {
		make_partial(&flows[i], 2000);
		for (uint32_t size = 0; size < frame.size; size++) {
			struct frame cut = {.data = malloc(size ? size : 1), .size = size};

			ck_assert_ptr_nonnull(cut.data);
			memcpy(cut.data, bytes, size);
			stripped_restore(&cut, MTU, NULL, 0);
			ck_assert(frame_is_plain(&cut));
			ck_assert_mem_eq(cut.data, bytes, size);
			ck_assert(!stripped_lacks_checksum(&cut, MTU));
			free(cut.data);
		}
	}
}
END_TEST

/* Only its beginning is in memory. */
START_TEST(of_a_frame_that_is_too_long_nothing_is_read)
{
	frame = (struct frame){.data = NULL, .size = STRIPPED_FRAME_MAX + 1, .vnet.gso_type = 1};
	stripped_restore(&frame, MTU, NULL, 0);
	ck_assert(frame_is_plain(&frame));
}
END_TEST

/* Headers as large as the MTU leave no room. */
START_TEST(an_mtu_without_room_splits_nothing)
{
	make_partial(&flows[0], 2000);
	memcpy(before, bytes, frame.size);
	stripped_restore(&frame, 40, NULL, 0);
	assert_untouched();
	stripped_restore(&frame, 41, NULL, 0);
	ck_assert_uint_eq(frame.vnet.gso_size, 1);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_checksum_that_lacks_is_completed, sizes),
		UNIT_CASES(a_whole_frame_stays_as_it_is, sizes),
		UNIT_TEST(a_checksum_that_is_right_by_chance_stays),
		UNIT_TEST(no_checksum_in_udp_stays_none),
		UNIT_TEST(udp_with_another_length_stays),
		UNIT_CASES(what_is_longer_than_the_mtu_is_a_super_frame, supers),
		UNIT_TEST(the_mtu_itself_is_one_frame),
		UNIT_CASES(what_cannot_be_split_stays, broken),
		UNIT_TEST(a_frame_that_is_cut_anywhere_stays),
		UNIT_TEST(of_a_frame_that_is_too_long_nothing_is_read),
		UNIT_TEST(an_mtu_without_room_splits_nothing),
	};

	return unit_run("stripped", tests, UNIT_COUNT(tests));
}
