// SPDX-License-Identifier: GPL-2.0-or-later
#include "frame.h"

#include "mac.h"
#include "unit.h"

enum { BUFFER = 128 };

static const uint8_t zeros[BUFFER];

/* A frame of those bytes at the start, that says it has size bytes. */
static struct frame make_frame(uint8_t buffer[BUFFER], const char *bytes, size_t n, uint32_t size)
{
	memset(buffer, 0xee, BUFFER);
	memcpy(buffer, bytes, n);
	return (struct frame){.data = buffer, .size = size};
}

#define ADDRESSES "\x02\x11\x22\x33\x44\x55\x06\xaa\xbb\xcc\xdd\xee"

START_TEST(a_whole_frame_has_a_header)
{
	ck_assert(!frame_is_whole(&(struct frame){.size = 0}));
	ck_assert(!frame_is_whole(&(struct frame){.size = FRAME_HEADER - 1}));
	ck_assert(frame_is_whole(&(struct frame){.size = FRAME_HEADER}));
	ck_assert(frame_is_whole(&(struct frame){.size = 65535}));
}
END_TEST

static const struct {
	const char *type;
	uint32_t size;
	bool tagged;
} tags[] = {
	{"\x08\x00", 100, false}, {"\x81\x00", 100, true},  {"\x88\xa8", 100, true},
	{"\x81\x01", 100, false}, {"\x88\x00", 100, false}, {"\x91\x00", 100, false},
	{"\x81\x00", 18, true},	  {"\x81\x00", 17, false},  {"\x88\xa8", 14, false},
	{"\x81\x00", 0, false},
};

START_TEST(a_tag_is_known_by_its_type)
{
	uint8_t buffer[BUFFER];
	struct frame frame = make_frame(buffer, ADDRESSES, 12, tags[_i].size);

	memcpy(buffer + 12, tags[_i].type, 2);
	ck_assert_int_eq(frame_is_tagged(&frame), tags[_i].tagged);
}
END_TEST

static const struct {
	const char *bytes; /* from the type on */
	int n;
	uint32_t size;
	uint32_t encapsulation;
} encapsulations[] = {
	{"\x08\x00", 2, 100, 0},
	{"\x81\x00\0\5\x08\x00", 6, 100, 4},
	{"\x88\xa8\0\x64\x81\0\0\xc8\x08\x00", 10, 100, 8},
	{"\x81\0\0\x64\x81\0\0\xc8\x81\0\0\1\x08\x00", 14, 100, 8}, /* of three, two count */
	{"\x91\x00\0\x64\x08\x00", 6, 100, 4},
	{"\x91\x00\0\x64\x81\0\0\xc8\x08\x00", 10, 100, 8},
	{"\x88\x47\0\0\x11\x40", 6, 100, 4},
	{"\x88\x48\0\0\x11\x40", 6, 100, 4},
	{"\x88\x47\0\0\x10\x40\0\0\x11\x40", 10, 100, 8},
	{"\x88\x47\0\0\x10\x40\0\0\x10\x40\0\0\x11\x40", 14, 100, 8},
	{"\x81\0\0\5\x88\x47\0\0\x11\x40", 10, 100, 8},
	{"\x81\0\0\5\x88\x47\0\0\x11\x40", 10, 20, 4}, /* cut off */
	{"\x88\x47\0\0\x10\x40\0\0\x11\x40", 10, 18, 4},
	{"\x88\x47\0\0\x10\x40", 6, 17, 0},
};

START_TEST(tags_and_labels_do_not_count_as_payload)
{
	uint8_t buffer[BUFFER];
	struct frame frame = make_frame(buffer, ADDRESSES, 12, encapsulations[_i].size);

	memcpy(buffer + 12, encapsulations[_i].bytes, (size_t)encapsulations[_i].n);
	ck_assert_uint_eq(frame_encapsulation(&frame), encapsulations[_i].encapsulation);
	ck_assert_uint_eq(frame_limit(&frame, 1500), 1514 + encapsulations[_i].encapsulation);
}
END_TEST

START_TEST(addresses_are_numbers_with_the_first_byte_highest)
{
	uint8_t written[MAC_SIZE];
	uint8_t buffer[BUFFER];
	struct frame frame = make_frame(buffer, ADDRESSES, 12, FRAME_HEADER);

	ck_assert_uint_eq(frame_destination(&frame), 0x021122334455u);
	ck_assert_uint_eq(frame_source(&frame), 0x06aabbccddeeu);
	frame_write_address(written, 0x06aabbccddeeu);
	ck_assert_mem_eq(written, frame.data + MAC_SIZE, MAC_SIZE);
}
END_TEST

static const struct {
	uint8_t first;
	bool multicast;
} destinations[] = {{0x00, false}, {0x02, false}, {0xfe, false},
		    {0x01, true},  {0x33, true},  {0xff, true}};

START_TEST(multicast_is_the_lowest_bit_of_the_first_byte)
{
	uint8_t buffer[BUFFER];
	struct frame frame = make_frame(buffer, ADDRESSES, 12, FRAME_HEADER);

	buffer[0] = destinations[_i].first;
	ck_assert_int_eq(frame_is_multicast(&frame), destinations[_i].multicast);
}
END_TEST

static const struct {
	uint8_t address[MAC_SIZE];
	bool local;
} locals[] = {
	{{0x01, 0x80, 0xc2, 0x00, 0x00, 0x00}, true},
	{{0x01, 0x80, 0xc2, 0x00, 0x00, 0x0f}, true},
	{{0x01, 0x80, 0xc2, 0x00, 0x00, 0x10}, false},
	{{0x01, 0x80, 0xc2, 0x00, 0x01, 0x00}, false},
	{{0x00, 0x80, 0xc2, 0x00, 0x00, 0x00}, false},
	{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, false},
};

START_TEST(what_is_for_the_next_switch_has_one_of_16_addresses)
{
	uint8_t buffer[BUFFER];
	struct frame frame = make_frame(buffer, (const char *)locals[_i].address, MAC_SIZE, 60);

	ck_assert_int_eq(frame_is_link_local(&frame), locals[_i].local);
}
END_TEST

static const uint32_t padded_sizes[] = {14, 15, 42, 59};

START_TEST(a_short_frame_is_padded_with_zeros)
{
	uint8_t buffer[BUFFER];
	uint32_t size = padded_sizes[_i];
	struct frame frame = make_frame(buffer, ADDRESSES, 12, size);

	frame_pad(&frame);
	ck_assert_uint_eq(frame.size, FRAME_MIN);
	ck_assert_mem_eq(buffer, ADDRESSES, 12);
	ck_assert_uint_eq(buffer[size - 1], 0xee);
	ck_assert_mem_eq(buffer + size, zeros, FRAME_MIN - size);
	ck_assert_uint_eq(buffer[FRAME_MIN], 0xee);
}
END_TEST

static const uint32_t unpadded_sizes[] = {60, 61, 128};

START_TEST(a_frame_that_is_long_enough_is_left_alone)
{
	uint8_t buffer[BUFFER];
	struct frame frame = make_frame(buffer, ADDRESSES, 12, unpadded_sizes[_i]);

	frame_pad(&frame);
	ck_assert_uint_eq(frame.size, unpadded_sizes[_i]);
	ck_assert_uint_eq(buffer[59], 0xee);
	ck_assert_uint_eq(buffer[unpadded_sizes[_i] - 1], 0xee);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_whole_frame_has_a_header),
		UNIT_CASES(a_tag_is_known_by_its_type, tags),
		UNIT_CASES(tags_and_labels_do_not_count_as_payload, encapsulations),
		UNIT_TEST(addresses_are_numbers_with_the_first_byte_highest),
		UNIT_CASES(multicast_is_the_lowest_bit_of_the_first_byte, destinations),
		UNIT_CASES(what_is_for_the_next_switch_has_one_of_16_addresses, locals),
		UNIT_CASES(a_short_frame_is_padded_with_zeros, padded_sizes),
		UNIT_CASES(a_frame_that_is_long_enough_is_left_alone, unpadded_sizes),
	};

	return unit_run("frame", tests, UNIT_COUNT(tests));
}
