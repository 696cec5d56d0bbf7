// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet.h"

#include "checksum.h"
#include "reference.h"
#include "unit.h"

static uint8_t buffer[REFERENCE_SIZE_MAX];

static struct frame make_frame(const struct reference_flow *flow, size_t size)
{
	static const uint8_t zeros[2000];

	memset(buffer, 0, 4096);
	return (struct frame){.data = buffer,
			      .size = (uint32_t)reference_build(buffer, flow, zeros, size)};
}

static const struct {
	struct reference_flow flow;
	enum packet_kind kind;
	uint32_t l3, l4, payload;
} layouts[] = {
	{{.version = 4, .protocol = 6}, PACKET_TCP, 14, 34, 54},
	{{.version = 4, .protocol = 6, .n_options = 12}, PACKET_TCP, 14, 34, 66},
	{{.version = 4, .protocol = 6, .n_options = 40}, PACKET_TCP, 14, 34, 94},
	{{.version = 4, .protocol = 6, .extension = 40}, PACKET_TCP, 14, 74, 94},
	{{.version = 4, .protocol = 6, .tagged = true}, PACKET_TCP, 18, 38, 58},
	{{.version = 4, .protocol = 17}, PACKET_UDP, 14, 34, 42},
	{{.version = 6, .protocol = 6}, PACKET_TCP, 14, 54, 74},
	{{.version = 6, .protocol = 17}, PACKET_UDP, 14, 54, 62},
	{{.version = 6, .protocol = 17, .extension = 24}, PACKET_UDP, 14, 78, 86},
	{{.version = 6, .protocol = 6, .tagged = true, .n_options = 20}, PACKET_TCP, 18, 58, 98},
};

START_TEST(headers_are_found)
{
	const struct reference_flow *flow = &layouts[_i].flow;

	for (uint32_t size = 0; size < 2000; size += 333) {
		struct frame frame = make_frame(flow, size);
		struct packet packet;

		ck_assert_int_eq(packet_parse(&packet, &frame), layouts[_i].kind);
		ck_assert_uint_eq(packet.l3, layouts[_i].l3);
		ck_assert_uint_eq(packet.l4, layouts[_i].l4);
		ck_assert_uint_eq(packet.payload, layouts[_i].payload);
		ck_assert_uint_eq(packet.payload_size, size);
		ck_assert_int_eq(packet.version, flow->version);
		ck_assert_int_eq(packet.tagged, flow->tagged);
		ck_assert_int_eq(packet.extended, flow->extension > 0);
	}
}
END_TEST

/* Where the frame ends, memory ends too. */
START_TEST(a_header_cut_short_is_none)
{
	struct frame frame = make_frame(&layouts[_i].flow, 10);

	for (uint32_t size = 0; size < frame.size; size++) {
		struct frame cut = {.data = malloc(size ? size : 1), .size = size};
		struct packet packet;

		ck_assert_ptr_nonnull(cut.data);
		memcpy(cut.data, buffer, size);
		ck_assert_int_eq(packet_parse(&packet, &cut), PACKET_OTHER);
		free(cut.data);
	}
}
END_TEST

/* The same where the IP header says so itself. */
START_TEST(a_packet_cut_short_is_none)
{
	const struct reference_flow *flow = &layouts[_i].flow;
	uint32_t l3 = layouts[_i].l3;

	for (uint32_t size = l3 + (flow->version == 4 ? 20 : 40); size < layouts[_i].payload;
	     size++) {
		struct frame frame = make_frame(flow, 10);
		uint32_t length = size - l3 - (flow->version == 4 ? 0 : 40);
		struct packet packet;

		buffer[l3 + (flow->version == 4 ? 2 : 4)] = 0;
		buffer[l3 + (flow->version == 4 ? 3 : 5)] = (uint8_t)length;
		frame.size = size;
		frame.data = malloc(size);
		ck_assert_ptr_nonnull(frame.data);
		memcpy(frame.data, buffer, size);
		ck_assert_int_eq(packet_parse(&packet, &frame), PACKET_OTHER);
		free(frame.data);
	}
}
END_TEST

START_TEST(padding_is_not_payload)
{
	struct frame frame = make_frame(&layouts[_i].flow, 1);
	struct packet packet;

	frame.size += 300;
	ck_assert_int_eq(packet_parse(&packet, &frame), layouts[_i].kind);
	ck_assert_uint_eq(packet.payload_size, 1);
}
END_TEST

START_TEST(the_pseudo_header_is_summed)
{
	const struct reference_flow *flow = &layouts[_i].flow;
	struct frame frame = make_frame(flow, 100);
	struct packet packet;
	enum packet_kind kind = packet_parse(&packet, &frame);
	const uint8_t *addresses = packet_addresses(&packet, &frame);
	uint32_t size = packet_addresses_size(&packet);
	uint16_t sum = checksum_fold(packet_pseudo_sum(&packet, &frame, kind));
	uint8_t bytes[2];

	memcpy(bytes, &sum, sizeof(bytes));
	ck_assert_uint_eq(size, flow->version == 4 ? 8 : 32);
	ck_assert_ptr_eq(addresses, buffer + packet.l3 + (flow->version == 4 ? 12 : 8));
	ck_assert_uint_eq((unsigned)bytes[0] << 8 | bytes[1],
			  reference_pseudo(addresses, size, (unsigned)flow->protocol, 0));
}
END_TEST

/* One byte of an otherwise good frame of TCP (IPv4 options or IPv6 extension of 16 bytes). */
static const struct {
	int version;
	uint32_t offset;
	uint8_t value;
	enum packet_kind kind;
} changes[] = {
	{4, 12, 0x86, PACKET_OTHER},  /* Ethernet type of nothing we know */
	{4, 13, 0x06, PACKET_OTHER},  /* ARP */
	{4, 14, 0x69, PACKET_OTHER},  /* version */
	{4, 14, 0x44, PACKET_OTHER},  /* header of 16 bytes */
	{4, 14, 0x4f, PACKET_OTHER},  /* so long that no TCP header is left */
	{4, 16, 0xff, PACKET_OTHER},  /* length beyond the frame */
	{4, 17, 10, PACKET_OTHER},    /* length that ends in the header */
	{4, 20, 0x20, PACKET_OPAQUE}, /* more fragments */
	{4, 21, 0x01, PACKET_OPAQUE}, /* a later fragment */
	{4, 20, 0x40, PACKET_TCP},    /* do not fragment */
	{4, 20, 0x80, PACKET_TCP},    /* reserved */
	{4, 23, 1, PACKET_OTHER},     /* ICMP */
	{4, 23, 50, PACKET_OTHER},    /* ESP */
	{4, 62, 0x40, PACKET_OTHER},  /* TCP header of 16 bytes */
	{4, 62, 0x70, PACKET_OTHER},  /* TCP header beyond the packet */
	{6, 13, 0x00, PACKET_OTHER},  /* Ethernet type */
	{6, 14, 0x40, PACKET_OTHER},  /* version */
	{6, 18, 0xff, PACKET_OTHER},  /* length beyond the frame */
	{6, 19, 0, PACKET_OTHER},     /* no payload: a jumbogram */
	{6, 19, 16, PACKET_OTHER},    /* the extension and nothing else */
	{6, 20, 0, PACKET_TCP},	      /* hop-by-hop */
	{6, 20, 43, PACKET_OPAQUE},   /* routing */
	{6, 20, 44, PACKET_OPAQUE},   /* fragment */
	{6, 20, 58, PACKET_OTHER},    /* ICMPv6 */
	{6, 20, 59, PACKET_OTHER},    /* nothing */
	{6, 54, 60, PACKET_OPAQUE},   /* a second extension, in what was TCP: too long */
	{6, 55, 2, PACKET_OTHER},     /* an extension that ends in TCP's header */
	{6, 55, 40, PACKET_OPAQUE},   /* longer than all headers may be */
};

START_TEST(a_byte_makes_the_difference)
{
	const struct reference_flow flow = {
		.version = changes[_i].version, .protocol = 6, .extension = 16};
	struct frame frame = make_frame(&flow, 4);
	struct packet packet;

	memset(buffer + (flow.version == 4 ? 50 : 70), 0xff, 4); /* ports */
	ck_assert_int_eq(packet_parse(&packet, &frame), PACKET_TCP);
	buffer[changes[_i].offset] = changes[_i].value;
	ck_assert_int_eq(packet_parse(&packet, &frame), changes[_i].kind);
}
END_TEST

START_TEST(whatever_is_parsed_lies_within_the_frame)
{
	uint64_t seed = 3;
	unsigned parsed = 0;

	for (int i = 0; i < 100000; i++) {
		struct frame frame = make_frame(&layouts[i % UNIT_COUNT(layouts)].flow, 20);
		struct packet packet;
		enum packet_kind kind;

		for (int j = 0; j < 3; j++)
			buffer[12 + reference_random(&seed) % 100] =
				(uint8_t)reference_random(&seed);
		frame.size -= reference_random(&seed) % 10;
		kind = packet_parse(&packet, &frame);
		if (kind != PACKET_TCP && kind != PACKET_UDP)
			continue;
		parsed++;
		ck_assert_uint_lt(packet.l3, packet.l4);
		ck_assert_uint_lt(packet.l4, packet.payload);
		ck_assert_uint_le(packet.payload, PACKET_HEADER_MAX);
		ck_assert_uint_le(packet.payload + packet.payload_size, frame.size);
	}
	ck_assert_uint_gt(parsed, 5000);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(headers_are_found, layouts),
		UNIT_CASES(a_header_cut_short_is_none, layouts),
		UNIT_CASES(a_packet_cut_short_is_none, layouts),
		UNIT_CASES(padding_is_not_payload, layouts),
		UNIT_CASES(the_pseudo_header_is_summed, layouts),
		UNIT_CASES(a_byte_makes_the_difference, changes),
		UNIT_TEST(whatever_is_parsed_lies_within_the_frame),
	};

	return unit_run("packet", tests, UNIT_COUNT(tests));
}
