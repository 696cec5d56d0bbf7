// SPDX-License-Identifier: GPL-2.0-or-later
#include "gso.h"

#include <errno.h>

#include "judge.h"
#include "reference.h"
#include "unit.h"

enum { PAYLOAD = 65535 };

static uint8_t payload[PAYLOAD], super[REFERENCE_SIZE_MAX], expected[REFERENCE_SIZE_MAX],
	actual[REFERENCE_SIZE_MAX];

static const struct reference_flow tcp4 = {
	.version = 4,
	.protocol = REFERENCE_TCP,
	.flow = 2,
	.ttl = 64,
	.id = 100,
	.fragment = REFERENCE_DF,
	.seq = 1000,
	.ack = 2000,
	.flags = PACKET_TCP_ACK,
	.window = 500,
};

static void fill_payload(void)
{
	uint64_t seed = 1;

	for (size_t i = 0; i < PAYLOAD; i++)
		payload[i] = (uint8_t)reference_random(&seed);
}

static uint8_t gso_type(const struct reference_flow *flow)
{
	if (flow->protocol == REFERENCE_UDP)
		return VIRTIO_NET_HDR_GSO_UDP_L4;
	return flow->version == 4 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6;
}

/* The kernel leaves the sum of the pseudo header in the field; nothing depends on it. */
static struct frame make_super(const struct reference_flow *flow, size_t size, size_t gso_size)
{
	struct frame frame = {.data = super};
	size_t header = reference_header_size(flow);

	frame.size = (uint32_t)reference_build(super, flow, payload, size);
	frame.vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	frame.vnet.gso_type = gso_type(flow);
	frame.vnet.gso_size = (uint16_t)gso_size;
	frame.vnet.csum_offset = flow->protocol == REFERENCE_TCP ? 16 : 6;
	frame.vnet.csum_start =
		(uint16_t)(header - (flow->protocol == REFERENCE_TCP ? 20 + flow->n_options : 8));
	super[frame.vnet.csum_start + frame.vnet.csum_offset] ^= 0x55;
	return frame;
}

static size_t assemble(const struct gso_segment *segment)
{
	ck_assert_uint_le(segment->header_size, GSO_HEADER_MAX);
	memcpy(actual, segment->header, segment->header_size);
	memcpy(actual + segment->header_size, segment->payload, segment->payload_size);
	return segment->header_size + segment->payload_size;
}

/* Splits, and compares with what the segments are by definition. The number of them. */
static unsigned assert_split(const struct reference_flow *flow, size_t size, size_t gso_size)
{
	struct frame frame = make_super(flow, size, gso_size);
	struct gso_segment segment;
	struct gso gso;
	unsigned n = size ? (unsigned)((size + gso_size - 1) / gso_size) : 1;
	unsigned i = 0;

	ck_assert_int_eq(gso_begin(&gso, &frame), 0);
	ck_assert_uint_eq(gso.n_segments, n);
	for (uint32_t length = gso_frame_size(&gso); gso_next(&gso, &segment);
	     length = gso_frame_size(&gso), i++) {
		size_t expected_size =
			reference_segment(expected, flow, payload, size, gso_size, i);

		ck_assert_uint_eq(assemble(&segment), expected_size);
		ck_assert_uint_eq(length, expected_size);
		ck_assert_mem_eq(actual, expected, expected_size);
		ck_assert_ptr_null(reference_fault(actual, expected_size));
		/* No copy: it is the frame's own payload. */
		ck_assert_ptr_eq(segment.payload,
				 super + reference_header_size(flow) + i * gso_size);
	}
	ck_assert_uint_eq(i, n);
	ck_assert(!gso_next(&gso, &segment));
	return n;
}

static const struct {
	size_t size, gso_size;
	unsigned n;
} cuts[] = {
	{2896, 1448, 2}, {2897, 1448, 3},   {2895, 1448, 2},   {1448, 1448, 1},	  {1, 1448, 1},
	{0, 1448, 1},	 {64240, 1460, 44}, {65495, 1460, 45}, {65495, 65495, 1}, {100, 1, 100},
	{10, 65535, 1},	 {65495, 32768, 2}, {4567, 777, 6},
};

START_TEST(a_payload_is_cut_at_gso_size)
{
	fill_payload();
	ck_assert_uint_eq(assert_split(&tcp4, cuts[_i].size, cuts[_i].gso_size), cuts[_i].n);
}
END_TEST

START_TEST(fin_and_psh_come_last_and_cwr_first)
{
	struct reference_flow flow = tcp4;
	struct gso_segment segment;
	struct gso gso;
	struct frame frame;
	const uint8_t flags[] = {0xd0, 0x50, 0x59}; /* CWR, ECE, ACK, PSH, FIN */

	fill_payload();
	flow.flags =
		PACKET_TCP_ACK | PACKET_TCP_ECE | PACKET_TCP_CWR | PACKET_TCP_PSH | PACKET_TCP_FIN;
	flow.tos = 2;
	frame = make_super(&flow, 3000, 1000);
	frame.vnet.gso_type |= VIRTIO_NET_HDR_GSO_ECN;
	ck_assert_int_eq(gso_begin(&gso, &frame), 0);
	for (int i = 0; i < 3; i++) {
		ck_assert(gso_next(&gso, &segment));
		ck_assert_uint_eq(segment.header[14 + 20 + 13], flags[i]);
	}
	assert_split(&flow, 3000, 1000);
}
END_TEST

/* What the sender itself would have sent, had it larger segments. */
START_TEST(several_segments_of_a_sender_are_one_large_one)
{
	static const unsigned times[] = {1, 2, 3, 6, 45, 65535};
	struct gso_segment segment;

	fill_payload();
	for (unsigned i = 0; i < 32; i++) {
		struct reference_flow flow = tcp4;
		size_t size = 3000 + i * 1999;
		unsigned n = times[i % UNIT_COUNT(times)];
		struct frame frame;
		struct gso gso;

		flow.version = i & 1 ? 6 : 4;
		flow.tagged = i & 2;
		flow.extension = i & 4 ? 40 : 0;
		flow.n_options = i & 8 ? 12 : 0;
		memset(flow.options, 1, sizeof(flow.options));
		flow.flags = PACKET_TCP_ACK | PACKET_TCP_CWR | PACKET_TCP_PSH | PACKET_TCP_FIN;
		frame = make_super(&flow, size, 1448);
		ck_assert_int_eq(gso_begin(&gso, &frame), 0);
		gso_enlarge(&gso, n);
		for (unsigned j = 0; gso_next(&gso, &segment); j++) {
			size_t length = reference_segment(expected, &flow, payload, size,
							  (size_t)n * 1448, j);

			ck_assert_uint_eq(assemble(&segment), length);
			ck_assert_mem_eq(actual, expected, length);
		}
	}
}
END_TEST

START_TEST(numbers_wrap_around)
{
	struct reference_flow flow = tcp4;

	fill_payload();
	flow.id = 65534;
	flow.seq = UINT32_MAX - 2000;
	assert_split(&flow, 10000, 1000);
}
END_TEST

START_TEST(every_kind_is_split)
{
	struct reference_flow flow = tcp4;

	fill_payload();
	for (unsigned i = 0; i < 32; i++) {
		flow.version = i & 1 ? 6 : 4;
		flow.protocol = i & 2 ? REFERENCE_UDP : REFERENCE_TCP;
		flow.tagged = i & 4;
		flow.extension = i & 8 ? 40 : 0;
		flow.n_options = i & 16 ? 40 : 0;
		memset(flow.options, 1, sizeof(flow.options));
		assert_split(&flow, 10001, 1400);
	}
}
END_TEST

START_TEST(any_super_frame_is_split_as_defined)
{
	uint64_t seed = 42;

	fill_payload();
	for (int i = 0; i < 3000; i++) {
		struct reference_flow flow = {
			.version = reference_random(&seed) % 2 ? 4 : 6,
			.protocol = reference_random(&seed) % 3 ? REFERENCE_TCP : REFERENCE_UDP,
			.tagged = reference_random(&seed) % 4 == 0,
			.extension =
				reference_random(&seed) % 4 ? 0 : reference_random(&seed) % 6 * 8,
			.flow = reference_random(&seed) % 1000,
			.tos = (uint8_t)reference_random(&seed),
			.ttl = (uint8_t)reference_random(&seed),
			.id = (uint16_t)reference_random(&seed),
			.fragment = reference_random(&seed) % 2 ? REFERENCE_DF : 0,
			.seq = reference_random(&seed),
			.ack = reference_random(&seed),
			.flags = (uint16_t)(reference_random(&seed) & 0xfff),
			.window = (uint16_t)reference_random(&seed),
			.n_options = reference_random(&seed) % 11 * 4,
		};
		size_t size = reference_random(&seed) % (i % 10 ? 9000 : 65300);
		size_t gso_size = 1 + reference_random(&seed) % (i % 5 ? 1500 : 65535);

		if (gso_size < size / 200)
			gso_size = size / 200;
		for (unsigned j = 0; j < flow.n_options; j++)
			flow.options[j] = (uint8_t)reference_random(&seed);
		assert_split(&flow, size, gso_size);
	}
}
END_TEST

/* ---- without the first ones -------------------------------------------------- */

/* What is left is what it was, whether the others were made, or left out at once or in parts. */
static void assert_skip(const struct reference_flow *flow, size_t size, size_t gso_size,
			uint32_t made, uint32_t left_out, uint32_t more)
{
	struct frame frame = make_super(flow, size, gso_size);
	struct gso_segment segment;
	struct gso gso;
	uint32_t n;

	ck_assert_int_eq(gso_begin(&gso, &frame), 0);
	n = gso.n_segments;
	for (uint32_t i = 0; i < made; i++)
		ck_assert(gso_next(&gso, &segment));
	gso_skip(&gso, left_out);
	gso_skip(&gso, more);
	for (uint32_t i = made + left_out + more; i < n; i++) {
		size_t expected_size =
			reference_segment(expected, flow, payload, size, gso_size, i);

		ck_assert_uint_eq(gso.n_segments, n - i);
		ck_assert_uint_eq(gso_frame_size(&gso), expected_size);
		ck_assert(gso_next(&gso, &segment));
		ck_assert_uint_eq(assemble(&segment), expected_size);
		ck_assert_mem_eq(actual, expected, expected_size);
	}
	ck_assert_uint_eq(gso.n_segments, 0);
	ck_assert(!gso_next(&gso, &segment));
}

START_TEST(segments_are_left_out)
{
	struct reference_flow flow = tcp4;
	enum { SEGMENTS = 5 };

	fill_payload();
	flow.flags = PACKET_TCP_ACK | PACKET_TCP_CWR | PACKET_TCP_PSH | PACKET_TCP_FIN;
	flow.id = 65534;
	flow.seq = UINT32_MAX - 2000;
	for (unsigned i = 0; i < 32; i++) {
		flow.version = i & 1 ? 6 : 4;
		flow.protocol = i & 2 ? REFERENCE_UDP : REFERENCE_TCP;
		flow.tagged = i & 4;
		flow.extension = i & 8 ? 40 : 0;
		for (uint32_t made = 0; made <= SEGMENTS; made++)
			for (uint32_t n = 0; made + n <= SEGMENTS; n++)
				for (uint32_t more = 0; made + n + more <= SEGMENTS; more++)
					assert_skip(&flow, i & 16 ? 5000 : 4321, 1000, made, n,
						    more);
	}
	/* The only one, and one without payload. */
	for (uint32_t n = 0; n <= 1; n++) {
		assert_skip(&flow, 100, 1000, 0, n, 0);
		assert_skip(&flow, 0, 1000, 0, n, 0);
	}
	assert_skip(&flow, 65000, 1, 0, 64999, 0);
}
END_TEST

START_TEST(of_a_plain_frame_nothing_or_all_is_left_out)
{
	uint32_t size = (uint32_t)reference_build(super, &tcp4, payload, 100);
	struct frame frame = {.data = super, .size = size};
	struct gso_segment segment;
	struct gso gso;

	ck_assert_int_eq(gso_begin(&gso, &frame), 0);
	gso_skip(&gso, 0);
	ck_assert_uint_eq(gso_frame_size(&gso), size);
	ck_assert(gso_next(&gso, &segment));
	ck_assert_uint_eq(segment.payload_size, size);
	gso_skip(&gso, 0);
	ck_assert(!gso_next(&gso, &segment));
	ck_assert_int_eq(gso_begin(&gso, &frame), 0);
	gso_skip(&gso, 1);
	ck_assert(!gso_next(&gso, &segment));
}
END_TEST

/* ---- without GSO ------------------------------------------------------------- */

START_TEST(a_plain_frame_is_its_only_segment)
{
	uint32_t size = (uint32_t)reference_build(super, &tcp4, payload, 100);
	struct frame frame = {.data = super, .size = size};
	struct gso_segment segment;
	struct gso gso;

	ck_assert_int_eq(gso_begin(&gso, &frame), 0);
	ck_assert_uint_eq(gso.n_segments, 1);
	ck_assert(gso_next(&gso, &segment));
	ck_assert_uint_eq(segment.header_size, 0);
	ck_assert_ptr_eq(segment.payload, super);
	ck_assert_uint_eq(segment.payload_size, size);
	ck_assert(!gso_next(&gso, &segment));
}
END_TEST

START_TEST(a_frame_of_any_bytes_is_plain_without_flags)
{
	struct frame frame = {.data = super, .size = 0, .vnet.flags = VIRTIO_NET_HDR_F_DATA_VALID};
	struct gso_segment segment;
	struct gso gso;

	ck_assert_int_eq(gso_begin(&gso, &frame), 0);
	ck_assert(gso_next(&gso, &segment));
	ck_assert_uint_eq(segment.header_size + segment.payload_size, 0);
}
END_TEST

/* What a TAP hands over of a socket: the field holds the sum of the pseudo header. */
static struct frame make_partial(const struct reference_flow *flow, size_t size)
{
	struct frame frame = make_super(flow, size, 0);
	uint8_t *l4 = super + frame.vnet.csum_start;
	uint8_t *ip = super + (flow->tagged ? 18 : 14);
	unsigned sum = flow->version == 4 ? reference_pseudo(ip + 12, 8, (unsigned)flow->protocol,
							     frame.size - frame.vnet.csum_start)
					  : reference_pseudo(ip + 8, 32, (unsigned)flow->protocol,
							     frame.size - frame.vnet.csum_start);

	frame.vnet.gso_type = VIRTIO_NET_HDR_GSO_NONE;
	l4[frame.vnet.csum_offset] = (uint8_t)(sum >> 8);
	l4[frame.vnet.csum_offset + 1] = (uint8_t)sum;
	return frame;
}

START_TEST(a_partial_checksum_is_completed)
{
	struct reference_flow flow = tcp4;

	fill_payload();
	for (unsigned i = 0; i < 64; i++) {
		size_t size = i * 23;
		struct gso_segment segment;
		struct frame frame;
		struct gso gso;

		flow.version = i & 1 ? 6 : 4;
		flow.protocol = i & 2 ? REFERENCE_UDP : REFERENCE_TCP;
		flow.tagged = i & 4;
		frame = make_partial(&flow, size);
		ck_assert_int_eq(gso_begin(&gso, &frame), 0);
		ck_assert(gso_next(&gso, &segment));
		ck_assert_uint_eq(assemble(&segment),
				  reference_build(expected, &flow, payload, size));
		ck_assert_mem_eq(actual, expected, frame.size);
		ck_assert(!gso_next(&gso, &segment));
	}
}
END_TEST

/* A datagram whose sum is 0xffff: its checksum would be 0, which says that there is none. */
START_TEST(a_udp_checksum_of_zero_is_sent_as_ones)
{
	struct reference_flow flow = tcp4;
	struct gso_segment segment;
	struct frame frame;
	struct gso gso;
	unsigned sum;

	flow.protocol = REFERENCE_UDP;
	memset(payload, 0, 4);
	reference_build(expected, &flow, payload, 4);
	sum = (unsigned)expected[40] << 8 | expected[41];
	payload[0] = (uint8_t)(sum >> 8);
	payload[1] = (uint8_t)sum;
	frame = make_partial(&flow, 4);
	ck_assert_int_eq(gso_begin(&gso, &frame), 0);
	ck_assert(gso_next(&gso, &segment));
	ck_assert_mem_eq(segment.header + 40, "\xff\xff", 2);
	ck_assert_uint_eq(assemble(&segment), frame.size);
	ck_assert_ptr_null(reference_fault(actual, frame.size));
	/* The same as a segment of a super-frame. */
	memmove(payload + 4, payload, 4);
	assert_split(&flow, 8, 4);
}
END_TEST

static const struct {
	uint32_t size;
	uint16_t start, offset;
	int ret;
} fields[] = {
	{100, 34, 6, 0},	{100, 34, 64, 0},
	{100, 34, 65, -EINVAL}, {100, 98, 0, 0},
	{100, 99, 0, -EINVAL},	{100, 0, 0, 0},
	{100, 0, 98, 0},	{100, 33, 7, 0},
	{1, 0, 0, -EINVAL},	{2, 0, 0, 0},
	{0, 0, 0, -EINVAL},	{100, 65535, 65535, -EINVAL},
	{1000, 0, 254, 0},	{1000, 0, 255, -EMSGSIZE},
	{1000, 254, 0, 0},	{1000, 600, 0, -EMSGSIZE},
};

START_TEST(a_checksum_field_lies_within_the_frame)
{
	struct frame frame = {.size = fields[_i].size,
			      .vnet = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
				       .csum_start = fields[_i].start,
				       .csum_offset = fields[_i].offset}};
	uint32_t field = fields[_i].start + (uint32_t)fields[_i].offset;
	struct gso_segment segment;
	struct gso gso;

	fill_payload();
	frame.data = malloc(frame.size ? frame.size : 1);
	ck_assert_ptr_nonnull(frame.data);
	memcpy(frame.data, payload, frame.size);
	ck_assert_int_eq(gso_begin(&gso, &frame), fields[_i].ret);
	if (fields[_i].ret == 0) {
		unsigned sum = 0xffffu ^ reference_sum(0, frame.data + fields[_i].start,
						       frame.size - fields[_i].start);

		ck_assert(gso_next(&gso, &segment));
		ck_assert_uint_eq(assemble(&segment), frame.size);
		ck_assert_uint_eq((unsigned)actual[field] << 8 | actual[field + 1], sum);
		actual[field] = frame.data[field];
		actual[field + 1] = frame.data[field + 1];
		ck_assert_mem_eq(actual, frame.data, frame.size);
	}
	free(frame.data);
}
END_TEST

/* ---- what is refused --------------------------------------------------------- */

static const struct {
	uint8_t type;
	int version, protocol;
	uint16_t gso_size;
	int ret;
} refusals[] = {
	{VIRTIO_NET_HDR_GSO_TCPV4, 4, REFERENCE_TCP, 0, -EINVAL},
	{VIRTIO_NET_HDR_GSO_TCPV4, 6, REFERENCE_TCP, 1000, -EINVAL},
	{VIRTIO_NET_HDR_GSO_TCPV6, 4, REFERENCE_TCP, 1000, -EINVAL},
	{VIRTIO_NET_HDR_GSO_TCPV4, 4, REFERENCE_UDP, 1000, -EINVAL},
	{VIRTIO_NET_HDR_GSO_UDP_L4, 4, REFERENCE_TCP, 1000, -EINVAL},
	{VIRTIO_NET_HDR_GSO_UDP_L4 | VIRTIO_NET_HDR_GSO_ECN, 4, REFERENCE_UDP, 1000, -EINVAL},
	{VIRTIO_NET_HDR_GSO_UDP, 4, REFERENCE_UDP, 1000, -EOPNOTSUPP},
	{2, 4, REFERENCE_TCP, 1000, -EOPNOTSUPP},
	{VIRTIO_NET_HDR_GSO_ECN, 4, REFERENCE_TCP, 1000, -EOPNOTSUPP},
};

START_TEST(a_vnet_header_that_does_not_fit_is_refused)
{
	struct reference_flow flow = tcp4;
	struct frame frame;
	struct gso gso;

	flow.version = refusals[_i].version;
	flow.protocol = refusals[_i].protocol;
	frame = make_super(&flow, 3000, refusals[_i].gso_size);
	frame.vnet.gso_type = refusals[_i].type;
	ck_assert_int_eq(gso_begin(&gso, &frame), refusals[_i].ret);
}
END_TEST

START_TEST(fragments_and_routed_packets_are_not_split)
{
	struct reference_flow flow = tcp4;
	struct frame frame;
	struct gso gso;

	flow.fragment = 0x2000;
	frame = make_super(&flow, 3000, 1000);
	ck_assert_int_eq(gso_begin(&gso, &frame), -EMSGSIZE);
	flow.version = 6;
	flow.extension = 200;
	frame = make_super(&flow, 3000, 1000);
	ck_assert_int_eq(gso_begin(&gso, &frame), -EMSGSIZE);
	flow.extension = 8;
	frame = make_super(&flow, 3000, 1000);
	super[20] = 43;
	ck_assert_int_eq(gso_begin(&gso, &frame), -EMSGSIZE);
}
END_TEST

/* Cut at every byte, in memory that ends there. */
START_TEST(a_frame_cut_short_is_refused)
{
	struct reference_flow flow = tcp4;

	for (int version = 4; version <= 6; version += 2) {
		struct frame frame;

		flow.version = version;
		flow.extension = 16;
		flow.tagged = true;
		flow.n_options = 12;
		frame = make_super(&flow, 100, 10);
		for (uint32_t size = 0; size < frame.size; size++) {
			struct frame cut = {.size = size, .vnet = frame.vnet};
			struct gso gso;

			cut.data = malloc(size ? size : 1);
			ck_assert_ptr_nonnull(cut.data);
			memcpy(cut.data, super, size);
			ck_assert_int_eq(gso_begin(&gso, &cut), -EINVAL);
			free(cut.data);
		}
	}
}
END_TEST

/* What has bytes flipped is refused, or split into frames that are valid nevertheless. */
START_TEST(a_damaged_frame_gives_valid_segments_or_none)
{
	uint64_t seed = 7;
	unsigned split = 0;

	fill_payload();
	for (int i = 0; i < 20000; i++) {
		struct reference_flow flow = tcp4;
		struct frame frame;
		struct gso gso;

		flow.version = reference_random(&seed) % 2 ? 4 : 6;
		flow.extension = reference_random(&seed) % 3 * 8;
		frame = make_super(&flow, 600, 200);
		for (unsigned j = reference_random(&seed) % 4; j > 0; j--)
			super[12 + reference_random(&seed) % 80] = (uint8_t)reference_random(&seed);
		ck_assert_ptr_null(judge_split(&frame));
		split += gso_begin(&gso, &frame) == 0;
	}
	ck_assert_uint_gt(split, 5000);
	ck_assert_uint_lt(split, 19000);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_payload_is_cut_at_gso_size, cuts),
		UNIT_TEST(fin_and_psh_come_last_and_cwr_first),
		UNIT_TEST(several_segments_of_a_sender_are_one_large_one),
		UNIT_TEST(numbers_wrap_around),
		UNIT_TEST(every_kind_is_split),
		UNIT_TEST(any_super_frame_is_split_as_defined),
		UNIT_TEST(segments_are_left_out),
		UNIT_TEST(of_a_plain_frame_nothing_or_all_is_left_out),
		UNIT_TEST(a_plain_frame_is_its_only_segment),
		UNIT_TEST(a_frame_of_any_bytes_is_plain_without_flags),
		UNIT_TEST(a_partial_checksum_is_completed),
		UNIT_TEST(a_udp_checksum_of_zero_is_sent_as_ones),
		UNIT_CASES(a_checksum_field_lies_within_the_frame, fields),
		UNIT_CASES(a_vnet_header_that_does_not_fit_is_refused, refusals),
		UNIT_TEST(fragments_and_routed_packets_are_not_split),
		UNIT_TEST(a_frame_cut_short_is_refused),
		UNIT_TEST(a_damaged_frame_gives_valid_segments_or_none),
	};

	return unit_run("gso", tests, UNIT_COUNT(tests));
}
