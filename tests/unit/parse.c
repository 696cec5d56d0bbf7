// SPDX-License-Identifier: GPL-2.0-or-later
#include "parse.h"

#include <errno.h>
#include <limits.h>

#include "unit.h"

enum { UNTOUCHED = 4711 };

static const struct {
	const char *text;
	unsigned min;
	unsigned max;
	int ret;
	unsigned value;
} numbers[] = {
	{"0", 0, 10, 0, 0},
	{"576", 576, 65520, 0, 576},
	{"65520", 576, 65520, 0, 65520},
	{"0010", 0, 10, 0, 10},
	{"4294967295", 0, UINT_MAX, 0, UINT_MAX},
	{"575", 576, 65520, -ERANGE, 0},
	{"65521", 576, 65520, -ERANGE, 0},
	{"4294967296", 0, UINT_MAX, -ERANGE, 0},
	{"18446744073709551616", 0, UINT_MAX, -ERANGE, 0},
	{"99999999999999999999999999999999", 0, UINT_MAX, -ERANGE, 0},
	{"", 0, 10, -EINVAL, 0},
	{" 1", 0, 10, -EINVAL, 0},
	{"1 ", 0, 10, -EINVAL, 0},
	{"1\n", 0, 10, -EINVAL, 0},
	{"+1", 0, 10, -EINVAL, 0},
	{"-1", 0, 10, -EINVAL, 0},
	{"-0", 0, 10, -EINVAL, 0},
	{"1.0", 0, 10, -EINVAL, 0},
	{"1e1", 0, 10, -EINVAL, 0},
	{"0x1", 0, 10, -EINVAL, 0},
	{"1k", 0, 10, -EINVAL, 0},
	{"\xd9\xa1", 0, 10, -EINVAL, 0},
};

START_TEST(a_number_is_digits_in_a_range)
{
	unsigned value = UNTOUCHED;
	int ret = parse_number(numbers[_i].text, numbers[_i].min, numbers[_i].max, &value);
	unsigned expected = numbers[_i].ret == 0 ? numbers[_i].value : UNTOUCHED;

	ck_assert_msg(ret == numbers[_i].ret, "'%s': %d", numbers[_i].text, ret);
	ck_assert_msg(value == expected, "'%s': %u", numbers[_i].text, value);
}
END_TEST

static const uint8_t uuid_bytes[UUID_SIZE] = {0x1b, 0x4e, 0x28, 0xba, 0x2f, 0xa1, 0x11, 0xd2,
					      0x88, 0x3f, 0xb9, 0xa7, 0x61, 0xbd, 0xe3, 0xfb};

static const char *const uuids[] = {
	"1b4e28ba-2fa1-11d2-883f-b9a761bde3fb",
	"1B4E28BA-2FA1-11D2-883F-B9A761BDE3FB",
	"1b4e28ba-2Fa1-11d2-883f-B9A761bde3fb",
};

START_TEST(a_uuid_is_read_in_order)
{
	uint8_t uuid[UUID_SIZE] = {0};
	char text[UUID_TEXT_MAX];

	ck_assert_int_eq(parse_uuid(uuids[_i], uuid), 0);
	ck_assert_mem_eq(uuid, uuid_bytes, UUID_SIZE);
	ck_assert_str_eq(parse_format_uuid(uuid, text), uuids[0]);
}
END_TEST

static const char *const no_uuids[] = {
	"",
	"-",
	"1b4e28ba2fa111d2883fb9a761bde3fb",
	"1b4e28ba-2fa1-11d2-883f-b9a761bde3f",
	"1b4e28ba-2fa1-11d2-883f-b9a761bde3fb0",
	"{1b4e28ba-2fa1-11d2-883f-b9a761bde3fb}",
	" 1b4e28ba-2fa1-11d2-883f-b9a761bde3f",
	"1b4e28ba-2fa1-11d2-883f-b9a761bde3g0",
	"1b4e28ba-2fa1-11d2-883f+b9a761bde3fb",
	"1b4e28ba02fa1-11d2-883f-b9a761bde3fb",
	"1b4e28b-a2fa1-11d2-883f-b9a761bde3fb",
	"1b4e28ba-2fa1-11d2-883f--9a761bde3fb",
	"1b4e28ba-2fa1-11d2-883f-b9a761bde3\xc3\xa9",
};

START_TEST(what_is_no_uuid_is_refused_and_changes_nothing)
{
	uint8_t uuid[UUID_SIZE];

	memcpy(uuid, uuid_bytes, UUID_SIZE);
	ck_assert_msg(parse_uuid(no_uuids[_i], uuid) == -EINVAL, "'%s'", no_uuids[_i]);
	ck_assert_mem_eq(uuid, uuid_bytes, UUID_SIZE);
}
END_TEST

static const struct {
	const char *text;
	unsigned max;
	int ret;
} names[] = {
	{"a", 1, 0},
	{"7", 1, 0},
	{"shared", 32, 0},
	{"lab-2.test_net", 32, 0},
	{"0...", 32, 0},
	{"abcdefghijklmnopqrstuvwxyzABCDEF", 32, 0},
	{"GHIJKLMNOPQRSTUVWXYZ0123456789._", 32, 0},
	{"abcdefghijklmnopqrstuvwxyzABCDEFG", 32, -EINVAL},
	{"ab", 1, -EINVAL},
	{"", 32, -EINVAL},
	{".", 32, -EINVAL},
	{"..", 32, -EINVAL},
	{"-a", 32, -EINVAL},
	{"_a", 32, -EINVAL},
	{"a b", 32, -EINVAL},
	{" a", 32, -EINVAL},
	{"a\n", 32, -EINVAL},
	{"a/b", 32, -EINVAL},
	{"a\"b", 32, -EINVAL},
	{"a;b", 32, -EINVAL},
	{"a{b", 32, -EINVAL},
	{"a%b", 32, -EINVAL},
	{"a:b", 32, -EINVAL},
	{"caf\xc3\xa9", 32, -EINVAL},
};

START_TEST(a_name_has_only_harmless_characters)
{
	ck_assert_msg(parse_name(names[_i].text, names[_i].max) == names[_i].ret, "'%s'",
		      names[_i].text);
}
END_TEST

static const struct {
	const char *text;
	int ret;
} devices[] = {
	{"eth0", 0},
	{"abcdefghijklmno", 0},
	{"vmnet-lab.2_x-y", 0},
	{"wlan@0", 0},
	{"", -EINVAL},
	{".", -EINVAL},
	{"..", -EINVAL},
	{"...", 0},
	{"abcdefghijklmnop", -EINVAL},
	{"a/b", -EINVAL},
	{"eth0:1", -EINVAL},
	{"eth 0", -EINVAL},
	{"eth0\n", -EINVAL},
	{"eth\x7f", -EINVAL},
};

START_TEST(a_device_has_a_name_that_the_kernel_takes)
{
	ck_assert_msg(parse_device(devices[_i].text) == devices[_i].ret, "'%s'", devices[_i].text);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_number_is_digits_in_a_range, numbers),
		UNIT_CASES(a_uuid_is_read_in_order, uuids),
		UNIT_CASES(what_is_no_uuid_is_refused_and_changes_nothing, no_uuids),
		UNIT_CASES(a_name_has_only_harmless_characters, names),
		UNIT_CASES(a_device_has_a_name_that_the_kernel_takes, devices),
	};

	return unit_run("parse", tests, UNIT_COUNT(tests));
}
