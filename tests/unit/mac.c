// SPDX-License-Identifier: GPL-2.0-or-later
#include "mac.h"

#include <errno.h>

#include "unit.h"

static const struct {
	const char *text;
	int ret;
} macs[] = {
	{"02:00:00:00:00:01", 0},
	{"FE:dc:ba:98:76:54", 0},
	{"", -EINVAL},
	{"02:00:00:00:00", -EINVAL},
	{"02:00:00:00:00:1", -EINVAL},
	{"02:00:00:00:00:01:", -EINVAL},
	{"02-00-00-00-00-01", -EINVAL},
	{"02:00:00:00:00:0g", -EINVAL},
};

START_TEST(a_mac_is_six_times_two_digits)
{
	uint8_t mac[MAC_SIZE] = {0};

	ck_assert_msg(mac_parse(macs[_i].text, mac) == macs[_i].ret, "'%s'", macs[_i].text);
	if (macs[_i].ret == 0)
		ck_assert_uint_eq(mac[0], strtoul(macs[_i].text, NULL, 16));
}
END_TEST

START_TEST(a_written_mac_reads_as_it_was)
{
	const uint8_t mac[MAC_SIZE] = {0x52, 0x54, 0, 0xab, 0x0c, 0xff};
	uint8_t again[MAC_SIZE] = {0};
	char text[MAC_TEXT_MAX];

	ck_assert_str_eq(mac_format(mac, text), "52:54:00:ab:0c:ff");
	ck_assert_int_eq(mac_parse(text, again), 0);
	ck_assert_mem_eq(again, mac, sizeof(mac));
}
END_TEST

START_TEST(a_guest_has_an_address_of_one)
{
	static const struct {
		uint8_t mac[MAC_SIZE];
		bool station;
	} cases[] = {{{0x52, 0x54, 0, 0, 0, 1}, true},
		     {{0, 0, 0, 0, 0, 1}, true},
		     {{0}, false},
		     {{1, 0, 0x5e, 0, 0, 1}, false},
		     {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, false}};

	for (int i = 0; i < UNIT_COUNT(cases); i++)
		ck_assert_msg(mac_is_station(cases[i].mac) == cases[i].station, "case %d", i);
}
END_TEST

START_TEST(a_link_local_address_is_made_of_it)
{
	const uint8_t mac[MAC_SIZE] = {0x52, 0x54, 0, 0xab, 0x0c, 0xff};
	const struct in6_addr made = {
		{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0x50, 0x54, 0, 0xff, 0xfe, 0xab, 0x0c, 0xff}}};
	const struct in6_addr address = mac_link_local(mac);

	ck_assert_mem_eq(&address, &made, sizeof(made));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_written_mac_reads_as_it_was),
		UNIT_CASES(a_mac_is_six_times_two_digits, macs),
		UNIT_TEST(a_guest_has_an_address_of_one),
		UNIT_TEST(a_link_local_address_is_made_of_it),
	};

	return unit_run("mac", tests, UNIT_COUNT(tests));
}
