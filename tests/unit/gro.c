// SPDX-License-Identifier: GPL-2.0-or-later
/* The join of one TCP connection's segments; flows.c has all the rest. */
#include "gro.h"

#include "arrivals.h"

START_TEST(a_row_of_segments_is_one_packet)
{
	struct reference_flow flow = tcp4;

	start();
	for (int i = 0; i < 5; i++)
		add(&flow, SEGMENT);
	assert_join("5");
	ck_assert_uint_eq(gro.superframes[0].vnet.gso_size, SEGMENT);
	ck_assert_uint_eq(gro.superframes[0].vnet.hdr_len, 54);
	ck_assert_uint_eq(gro.superframes[0].size, 54 + 5 * SEGMENT);
}
END_TEST

START_TEST(nothing_is_nothing)
{
	start();
	assert_join("");
}
END_TEST

START_TEST(a_shorter_segment_is_the_last)
{
	struct reference_flow flow = tcp4;

	start();
	add(&flow, SEGMENT);
	add(&flow, SEGMENT);
	add(&flow, 1);
	add(&flow, SEGMENT);
	add(&flow, SEGMENT + 1);
	add(&flow, SEGMENT + 1);
	assert_join("312");
}
END_TEST

static const struct {
	uint16_t flags;
	const char *counts; /* of four segments, of which the last two have the flags */
} flags[] = {
	{PACKET_TCP_ACK, "4"},
	{PACKET_TCP_ACK | PACKET_TCP_PSH, "31"},
	{PACKET_TCP_ACK | PACKET_TCP_FIN, "31"},
	{PACKET_TCP_ACK | PACKET_TCP_PSH | PACKET_TCP_FIN, "31"},
	{PACKET_TCP_ACK | PACKET_TCP_SYN, "211"},
	{PACKET_TCP_ACK | PACKET_TCP_RST, "211"},
	{PACKET_TCP_ACK | PACKET_TCP_URG, "211"},
	{PACKET_TCP_ACK | PACKET_TCP_CWR, "211"},
	{PACKET_TCP_ACK | PACKET_TCP_ECE, "22"},
	{PACKET_TCP_ACK | 0x100, "22"}, /* AE, once NS */
	{0, "211"},
};

START_TEST(flags_decide)
{
	for (int version = 4; version <= 6; version += 2) {
		struct reference_flow flow = tcp4;

		start();
		flow.version = version;
		for (int i = 0; i < 4; i++) {
			flow.flags = i >= 2 ? flags[_i].flags : PACKET_TCP_ACK;
			add(&flow, SEGMENT);
		}
		assert_join(flags[_i].counts);
	}
}
END_TEST

START_TEST(the_flags_of_the_end_are_the_packets)
{
	struct reference_flow flow = tcp4;

	start();
	flow.flags |= PACKET_TCP_ECE;
	add(&flow, SEGMENT);
	flow.flags |= PACKET_TCP_PSH | PACKET_TCP_FIN;
	add(&flow, SEGMENT);
	assert_join("2");
	ck_assert_uint_eq(gro.superframes[0].header[47], 0x59);
}
END_TEST

START_TEST(a_difference_ends_the_packet)
{
	for (int version = 4; version <= 6; version += 2) {
		struct reference_flow flow = tcp4;
		bool ipv4_only = _i == ID || _i == DF;
		uint8_t *data;

		start();
		flow.version = version;
		flow.n_options = 12;
		memcpy(flow.options, "\1\1\x08\x0a\0\0\0\1\0\0\0\2", 12);
		flow.tos = 2;
		add(&flow, SEGMENT);
		arrivals_differ(_i, &flow);
		data = add(&flow, SEGMENT);
		if (_i == MAC)
			data[11] ^= 1;
		assert_join(_i == SAME || (ipv4_only && version == 6) ? "2" : "11");
	}
}
END_TEST

START_TEST(numbers_wrap_around)
{
	struct reference_flow flow = tcp4;

	start();
	flow.seq = UINT32_MAX - SEGMENT;
	flow.id = 65534;
	for (int i = 0; i < 4; i++)
		add(&flow, SEGMENT);
	assert_join("4");
}
END_TEST

static const struct {
	uint16_t fragment;
	uint16_t ids[4];
	const char *counts;
} ids[] = {
	{REFERENCE_DF, {7, 8, 9, 10}, "4"},
	{REFERENCE_DF, {7, 7, 7, 7}, "4"},
	{REFERENCE_DF, {0, 0, 0, 0}, "4"},
	{REFERENCE_DF, {7, 8, 8, 8}, "22"},
	{REFERENCE_DF, {7, 7, 8, 9}, "22"},
	{REFERENCE_DF, {7, 9, 11, 13}, "1111"},
	{REFERENCE_DF, {7, 6, 5, 4}, "1111"},
	{0, {7, 8, 9, 10}, "4"},
	{0, {7, 7, 7, 7}, "1111"},
	{0, {65535, 0, 1, 2}, "4"},
};

START_TEST(ids_count_up_or_stand_still_with_df)
{
	struct reference_flow flow = tcp4;

	start();
	flow.fragment = ids[_i].fragment;
	for (int i = 0; i < 4; i++) {
		flow.id = ids[_i].ids[i];
		add_frame(&flow, SEGMENT);
		flow.seq += SEGMENT;
	}
	assert_join(ids[_i].counts);
}
END_TEST

START_TEST(a_bad_checksum_passes_alone)
{
	const uint32_t offsets[] = {24 /* IPv4 */, 50 /* TCP */, 500 /* payload */};

	for (unsigned bad = 0; bad < 4; bad++) {
		const char *counts[] = {"13", "112", "211", "31"};

		for (int i = 0; i < UNIT_COUNT(offsets); i++) {
			struct reference_flow flow = tcp4;

			start();
			for (unsigned j = 0; j < 4; j++)
				add(&flow, SEGMENT);
			buffers[bad][offsets[i]] ^= 0x10;
			assert_join(counts[bad]);
		}
	}
}
END_TEST

START_TEST(a_pure_ack_keeps_its_place)
{
	struct reference_flow flow = tcp4;

	start();
	add(&flow, SEGMENT);
	add(&flow, SEGMENT);
	add_frame(&flow, 0);
	flow.id++;
	add(&flow, SEGMENT);
	add(&flow, SEGMENT);
	assert_join("212");
	ck_assert_uint_eq(gro.superframes[1].first, 2);
}
END_TEST

/* Linux would not keep to a gso_size below 8. */
START_TEST(tiny_segments_are_not_joined)
{
	struct reference_flow flow = tcp4;

	start();
	add(&flow, 7);
	add(&flow, 7);
	add(&flow, 8);
	add(&flow, 8);
	assert_join("112");
}
END_TEST

START_TEST(padding_is_left_behind)
{
	struct reference_flow flow = tcp4;

	start();
	flow.protocol = REFERENCE_UDP;
	for (int i = 0; i < 3; i++) {
		memset(add(&flow, 4) + 46, 0xaa, 14);
		frames[i].size = 60;
	}
	assert_join("3");
	ck_assert_uint_eq(gro.superframes[0].size, 42 + 3 * 4);
	ck_assert_uint_eq(gro.superframes[0].n_bytes, 180);
}
END_TEST

static const struct {
	int version;
	size_t size;
	const char *counts;
} limits[] = {
	{4, 8192, "72"}, {4, 8187, "72"}, {4, 8186, "81"}, {6, 8192, "72"},
	{4, 7281, "81"}, {4, 7277, "9"},  {6, 7277, "81"}, {6, 7275, "9"},
};

/* 65535 bytes of IP, of which 40 or 60 are headers. */
START_TEST(a_packet_is_64_kib_at_most)
{
	struct reference_flow flow = tcp4;

	start();
	flow.version = limits[_i].version;
	for (int i = 0; i < 9; i++)
		add(&flow, limits[_i].size);
	assert_join(limits[_i].counts);
}
END_TEST

START_TEST(a_batch_of_64_is_one_packet)
{
	struct reference_flow flow = tcp4;

	start();
	for (int i = 0; i < GRO_BATCH; i++)
		add(&flow, SEGMENT);
	assert_join("*");
	ck_assert_uint_eq(gro.superframes[0].n_frames, 64);
}
END_TEST

int main(void)
{
	static const enum arrivals_difference differences[DIFFERENCES];
	const struct unit_test tests[] = {
		UNIT_TEST(nothing_is_nothing),
		UNIT_TEST(a_row_of_segments_is_one_packet),
		UNIT_TEST(a_shorter_segment_is_the_last),
		UNIT_CASES(flags_decide, flags),
		UNIT_TEST(the_flags_of_the_end_are_the_packets),
		UNIT_CASES(a_difference_ends_the_packet, differences),
		UNIT_TEST(numbers_wrap_around),
		UNIT_CASES(ids_count_up_or_stand_still_with_df, ids),
		UNIT_TEST(a_bad_checksum_passes_alone),
		UNIT_TEST(a_pure_ack_keeps_its_place),
		UNIT_TEST(tiny_segments_are_not_joined),
		UNIT_TEST(padding_is_left_behind),
		UNIT_CASES(a_packet_is_64_kib_at_most, limits),
		UNIT_TEST(a_batch_of_64_is_one_packet),
	};

	return unit_run("gro", tests, UNIT_COUNT(tests));
}
