// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers as a person reads and writes them. */
#include "ctl_text.h"

#include <errno.h>

#include "unit.h"

static const struct {
	uint64_t number;
	const char *bytes;
} sizes[] = {
	{0, "0 B"},
	{1, "1 B"},
	{999, "999 B"},
	{1000, "1.0 kB"},
	{1999, "1.9 kB"}, /* never more than there is */
	{9999, "9.9 kB"},
	{10000, "10 kB"},
	{999999, "999 kB"},
	{1000000, "1.0 MB"},
	{34567890123, "34 GB"},
	{UINT64_MAX, "18 EB"},
};

START_TEST(bytes_have_a_unit)
{
	char text[CTL_TEXT_MAX];

	ck_assert_str_eq(ctl_text_bytes(sizes[_i].number, text), sizes[_i].bytes);
}
END_TEST

START_TEST(rates_have_theirs)
{
	char text[CTL_TEXT_MAX];

	ck_assert_str_eq(ctl_text_rate(0, text), "0 bit/s");
	ck_assert_str_eq(ctl_text_rate(10000000, text), "10 Mbit/s");
	ck_assert_str_eq(ctl_text_rate(1500, text), "1.5 kbit/s");
}
END_TEST

static const struct {
	uint64_t seconds;
	const char *text;
} times[] = {
	{0, "0 s"},
	{59, "59 s"},
	{60, "1 min"},
	{3599, "59 min"},
	{3600, "1 h"},
	{3661, "1 h 1 min"},
	{86399, "23 h 59 min"},
	{86400, "1 d"},
	{86400 + 3599, "1 d"},
	{90000, "1 d 1 h"},
	{UINT64_MAX, "213503982334601 d 7 h"},
};

START_TEST(times_have_two_units_at_most)
{
	char text[CTL_TEXT_MAX];

	ck_assert_str_eq(ctl_text_seconds(times[_i].seconds, text), times[_i].text);
}
END_TEST

static const struct {
	const char *text;
	int64_t bits; /* 0: refused */
} rates[] = {
	{"1", 1},
	{"64000", 64000},
	{"500k", 500000},
	{"10M", 10000000},
	{"1000G", 1000000000000},
	{"1001G", 0},
	{"1000000000001", 0},
	{"18446744073709551617", 0},
	{"0", 0},
	{"0k", 0},
	{"", 0},
	{"k", 0},
	{"-1", 0},
	{"+1", 0},
	{" 1", 0},
	{"1 M", 0},
	{"1K", 0},
	{"1Mbit", 0},
	{"1.5M", 0},
	{"none", 0},
};

START_TEST(a_rate_is_read)
{
	int64_t bits = 0;

	ck_assert_int_eq(ctl_text_parse_rate(rates[_i].text, &bits), rates[_i].bits ? 0 : -EINVAL);
	ck_assert_int_eq(bits, rates[_i].bits);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(bytes_have_a_unit, sizes),
		UNIT_TEST(rates_have_theirs),
		UNIT_CASES(times_have_two_units_at_most, times),
		UNIT_CASES(a_rate_is_read, rates),
	};

	return unit_run("ctl_text", tests, UNIT_COUNT(tests));
}
