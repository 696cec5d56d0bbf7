// SPDX-License-Identifier: GPL-2.0-or-later
/* The pure parts of the plan: what a network's device is called, and its MAC. */
#include "plan.h"

#include <errno.h>

#include "mac.h"
#include "plan_names.h"
#include "unit.h"

static const struct {
	const char *name;
	const char *device;
} short_names[] = {
	{"a", "vmnet-a"},
	{"shared", "vmnet-shared"},
	{"lab.2_x-y", "vmnet-lab.2_x-y"},
	{"123456789", "vmnet-123456789"},
};

START_TEST(a_short_name_is_in_the_devices)
{
	char device[IF_NAMESIZE];

	plan_name_device(short_names[_i].name, device);
	ck_assert_str_eq(device, short_names[_i].device);
}
END_TEST

/* As long, and no network's device. */
START_TEST(a_tap_has_a_name_of_its_own)
{
	char device[IF_NAMESIZE];
	char tap[IF_NAMESIZE];

	plan_name_device(short_names[_i].name, device);
	plan_name_tap(device, tap);
	ck_assert_uint_eq(strlen(tap), strlen(device));
	ck_assert_int_eq(strncmp(tap, "vmnet_", 6), 0);
	ck_assert_str_eq(tap + 6, device + 6);
}
END_TEST

static const char *const long_names[] = {
	"1234567890",
	"1234567891",
	"production-network",
	"production-networl",
	"abcdefghijklmnopqrstuvwxyzABCDEF",
	"abcdefghijklmnopqrstuvwxyzABCDEG",
};

START_TEST(a_long_name_makes_a_number_that_fits)
{
	char device[IF_NAMESIZE];
	char again[IF_NAMESIZE];

	plan_name_device(long_names[_i], device);
	plan_name_device(long_names[_i], again);
	ck_assert_str_eq(device, again);
	ck_assert_uint_eq(strlen(device), strlen("vmnet-01234567"));
	ck_assert_int_eq(strncmp(device, "vmnet-", 6), 0);
	ck_assert_uint_eq(strspn(device + 6, "0123456789abcdef"), 8);
}
END_TEST

START_TEST(long_names_make_different_devices)
{
	char devices[UNIT_COUNT(long_names)][IF_NAMESIZE];

	for (int i = 0; i < UNIT_COUNT(long_names); i++) {
		plan_name_device(long_names[i], devices[i]);
		for (int other = 0; other < i; other++)
			ck_assert_str_ne(devices[i], devices[other]);
	}
}
END_TEST

START_TEST(an_identifier_names_a_bridge)
{
	const uint8_t ids[][UUID_SIZE] = {{0}, {1}, {0, 1}, {[15] = 1}, {[15] = 0xff}};
	char bridges[UNIT_COUNT(ids)][IF_NAMESIZE];

	for (int i = 0; i < UNIT_COUNT(ids); i++) {
		plan_name_bridge(ids[i], bridges[i]);
		/* No network has a device of such a name. */
		ck_assert_int_eq(strncmp(bridges[i], "vmnet-_", 7), 0);
		ck_assert_int_eq(parse_name(bridges[i] + 6, CONFIG_NAME_MAX), -EINVAL);
		ck_assert_uint_eq(strlen(bridges[i]), strlen("vmnet-_01234567"));
		for (int other = 0; other < i; other++)
			ck_assert_str_ne(bridges[i], bridges[other]);
	}
}
END_TEST

/* An address that a device may have: unicast, locally administered. */
static bool is_ours_to_give(const uint8_t mac[MAC_SIZE])
{
	return (mac[0] & 3) == 2;
}

START_TEST(every_mac_is_unicast_and_locally_administered)
{
	for (unsigned seed = 0; seed < 4096; seed++) {
		uint8_t mac[MAC_SIZE];

		plan_make_mac((const char *)&seed, sizeof(seed), mac);
		ck_assert_msg(is_ours_to_give(mac), "seed %u: %02x:…", seed, mac[0]);
	}
}
END_TEST

START_TEST(a_seed_of_nothing_makes_a_mac_too)
{
	uint8_t mac[MAC_SIZE] = {0};

	plan_make_mac("", 0, mac);
	ck_assert(is_ours_to_give(mac));
}
END_TEST

START_TEST(a_seed_makes_always_the_same_mac)
{
	uint8_t mac[MAC_SIZE];
	uint8_t again[MAC_SIZE];

	plan_make_mac("shared 0123", 11, mac);
	plan_make_mac("shared 0123", 11, again);
	ck_assert_mem_eq(mac, again, MAC_SIZE);
}
END_TEST

/* The address stays over releases: FNV-1a of "a" is af63dc4c8601ec8c. */
START_TEST(a_macs_value_is_fixed)
{
	static const uint8_t expected[MAC_SIZE] = {0x8e, 0xec, 0x01, 0x86, 0x4c, 0xdc};
	uint8_t mac[MAC_SIZE];

	plan_make_mac("a", 1, mac);
	ck_assert_mem_eq(mac, expected, MAC_SIZE);
}
END_TEST

static const struct {
	const char *data;
	size_t size;
} seeds[] = {
	{"", 0},   {"\0", 1},	    {"\0\0", 2},     {"a", 1},	       {"b", 1},    {"ab", 2},
	{"ba", 2}, {"shared 1", 8}, {"shared 2", 8}, {"shared 1 ", 9}, {"\xff", 1}, {"\x7f", 1},
};

START_TEST(other_seeds_make_other_macs)
{
	uint8_t macs[UNIT_COUNT(seeds)][MAC_SIZE];

	for (int i = 0; i < UNIT_COUNT(seeds); i++) {
		plan_make_mac(seeds[i].data, seeds[i].size, macs[i]);
		for (int other = 0; other < i; other++)
			ck_assert_mem_ne(macs[i], macs[other], MAC_SIZE);
	}
}
END_TEST

START_TEST(a_seed_makes_its_own_prefixes)
{
	struct in6_addr prefixes[4 * UNIT_COUNT(seeds)];
	int n = 0;

	for (int i = 0; i < UNIT_COUNT(seeds); i++) {
		for (unsigned nth = 0; nth < 4; nth++, n++) {
			prefixes[n] = plan_make_prefix6(seeds[i].data, seeds[i].size, nth);
			for (int other = 0; other < n; other++)
				ck_assert_mem_ne(&prefixes[n], &prefixes[other],
						 sizeof(prefixes[n]));
		}
	}
}
END_TEST

/* Guests' addresses stay over releases. */
START_TEST(a_prefixs_value_is_fixed)
{
	struct in6_addr prefix = plan_make_prefix6("a", 1, 0);
	char text[ULA_TEXT_MAX];

	ck_assert_str_eq(ula_format(&prefix, text), "fd50:87bf:ee2c:99e5::");
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_short_name_is_in_the_devices, short_names),
		UNIT_CASES(a_tap_has_a_name_of_its_own, short_names),
		UNIT_CASES(a_long_name_makes_a_number_that_fits, long_names),
		UNIT_TEST(long_names_make_different_devices),
		UNIT_TEST(a_seed_makes_its_own_prefixes),
		UNIT_TEST(a_prefixs_value_is_fixed),
		UNIT_TEST(an_identifier_names_a_bridge),
		UNIT_TEST(every_mac_is_unicast_and_locally_administered),
		UNIT_TEST(a_seed_of_nothing_makes_a_mac_too),
		UNIT_TEST(a_seed_makes_always_the_same_mac),
		UNIT_TEST(a_macs_value_is_fixed),
		UNIT_TEST(other_seeds_make_other_macs),
	};

	return unit_run("plan", tests, UNIT_COUNT(tests));
}
