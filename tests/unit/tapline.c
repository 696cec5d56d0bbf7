// SPDX-License-Identifier: GPL-2.0-or-later
#include "tapline.h"

#include <arpa/inet.h>

#include "unit.h"

static struct tapline example(void)
{
	struct tapline tap = {.number = 7,
			      .pid = 4711,
			      .queues = 2,
			      .isolated = true,
			      .off = TAPLINE_ASKED,
			      .frames_in = 10,
			      .bytes_in = 1592,
			      .frames_out = 8,
			      .bytes_out = 1168,
			      .drops = {[TAPLINE_FULL] = 1, [TAPLINE_ISOLATED] = 9},
			      .n_addresses = 2,
			      .command = "a b\nc"};

	inet_pton(AF_INET6, "::ffff:192.168.105.5", &tap.addresses[0]);
	inet_pton(AF_INET6, "fd12::5", &tap.addresses[1]);
	return tap;
}

START_TEST(a_line_is_read_as_it_was_written)
{
	struct tapline tap = example();
	char text[TAPLINE_MAX];
	struct tapline read;

	tapline_format(&tap, text);
	ck_assert_str_eq(text, "7 4711 2 1 3 10 1592 8 1168 1 0 0 0 0 0 9 "
			       "192.168.105.5,fd12::5 a b?c\n");
	text[strlen(text) - 1] = '\0';
	ck_assert(tapline_read(&read, text));
	ck_assert_uint_eq(read.number, 7);
	ck_assert_int_eq(read.pid, 4711);
	ck_assert_uint_eq(read.queues, 2);
	ck_assert(read.isolated);
	ck_assert_int_eq(read.off, TAPLINE_ASKED);
	ck_assert_uint_eq(read.bytes_out, 1168);
	ck_assert_mem_eq(read.drops, tap.drops, sizeof(tap.drops));
	ck_assert_uint_eq(read.n_addresses, 2);
	ck_assert_mem_eq(read.addresses, tap.addresses, 2 * sizeof(tap.addresses[0]));
	ck_assert_str_eq(read.command, "a b?c");
}
END_TEST

START_TEST(there_is_room_for_the_longest)
{
	struct tapline tap;
	char text[TAPLINE_MAX];
	struct tapline read;

	memset(&tap, 0xff, sizeof(tap));
	tap.pid = INT32_MAX;
	tap.isolated = true;
	tap.off = TAPLINE_OFFS - 1;
	tap.n_addresses = TAPLINE_ADDRESSES_MAX;
	memset(tap.command, 'x', sizeof(tap.command) - 1);
	tap.command[sizeof(tap.command) - 1] = '\0';
	tapline_format(&tap, text);
	ck_assert_uint_lt(strlen(text), TAPLINE_MAX);
	text[strlen(text) - 1] = '\0';
	ck_assert(tapline_read(&read, text));
	ck_assert_uint_eq(read.n_addresses, TAPLINE_ADDRESSES_MAX);
	ck_assert_uint_eq(read.frames_in, UINT64_MAX);
}
END_TEST

static const char *const others[] = {
	"",
	"7",
	"7 4711 2 1 3 10 1592 8 1168 1 0 0 0 0 0 9",
	"7 4711 2 1 3 10 1592 8 1168 1 0 0 0 0 0 9 -",
	"7 4711 2 2 3 10 1592 8 1168 1 0 0 0 0 0 9 - qemu",
	"7 4711 2 1 4 10 1592 8 1168 1 0 0 0 0 0 9 - qemu",
	"-7 4711 2 1 3 10 1592 8 1168 1 0 0 0 0 0 9 - qemu",
	"4294967296 4711 2 1 3 10 1592 8 1168 1 0 0 0 0 0 9 - qemu",
	"7 4711 2 1 3 18446744073709551616 1592 8 1168 1 0 0 0 0 0 9 - qemu",
	"7 4711 2 1 3 10 1592 8 1168 1 0 0 0 0 0 9 1.2.3 qemu",
	"7 4711 2 1 3 10 1592 8 1168 1 0 0 0 0 0 9 1.2.3.4, qemu",
	"7 4711 2 1 3 10 1592 8 1168 1 0 0 0 0 0 9 1.2.3.4",
	"7 4711 2 1 3 10 1592 8 1168 1 0 0 0 0 0 9 - 0123456789abcdef",
};

START_TEST(what_is_no_line)
{
	struct tapline tap;

	ck_assert_msg(!tapline_read(&tap, others[_i]), "'%s'", others[_i]);
}
END_TEST

START_TEST(nothing_is_known_of_it)
{
	struct tapline tap;

	ck_assert(tapline_read(&tap, "7 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 - "));
	ck_assert_uint_eq(tap.n_addresses, 0);
	ck_assert_str_eq(tap.command, "");
	ck_assert_int_eq(tap.off, TAPLINE_ON);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_line_is_read_as_it_was_written),
		UNIT_TEST(there_is_room_for_the_longest),
		UNIT_CASES(what_is_no_line, others),
		UNIT_TEST(nothing_is_known_of_it),
	};

	return unit_run("tapline", tests, UNIT_COUNT(tests));
}
