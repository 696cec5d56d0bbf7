// SPDX-License-Identifier: GPL-2.0-or-later
#include "subnet.h"

#include <errno.h>

#include "unit.h"

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

static const struct {
	const char *text;
	uint32_t address;
} addresses[] = {
	{"0.0.0.0", 0},
	{"192.168.105.1", IP(192, 168, 105, 1)},
	{"10.0.0.255", IP(10, 0, 0, 255)},
	{"255.255.255.255", IP(255, 255, 255, 255)},
};

START_TEST(an_address_is_read_and_written)
{
	char text[SUBNET_TEXT_MAX];
	uint32_t address = 1;

	ck_assert_int_eq(subnet_parse_address(addresses[_i].text, &address), 0);
	ck_assert_uint_eq(address, addresses[_i].address);
	ck_assert_ptr_eq(subnet_format(address, text), text);
	ck_assert_str_eq(text, addresses[_i].text);
}
END_TEST

static const char *const no_addresses[] = {
	"",	      ".",
	"1",	      "1.2.3",
	"1.2.3.",     "1.2.3.4.",
	"1.2.3.4.5",  ".1.2.3.4",
	"1..2.3",     "1.2..3.4",
	"256.1.1.1",  "1.1.1.256",
	"1.1.1.999",  "1.1.1.4294967297",
	"01.2.3.4",   "1.2.3.04",
	"1.2.3.00",   "00.0.0.0",
	"1.2.3.010",  " 1.2.3.4",
	"1.2.3.4 ",   "1.2.3.4\n",
	"1.2.3.-4",   "1.2.3.+4",
	"1.2.3.0x4",  "1.2.3.a",
	"1.2.3.4/24", "1,2,3,4",
	"::1",	      "localhost",
	"3232262401", "1.2.3.4:53",
};

START_TEST(what_is_no_address_is_refused_and_changes_nothing)
{
	uint32_t address = 4711;

	ck_assert_msg(subnet_parse_address(no_addresses[_i], &address) == -EINVAL, "'%s'",
		      no_addresses[_i]);
	ck_assert_uint_eq(address, 4711);
}
END_TEST

static const struct {
	const char *text;
	int ret;
	unsigned prefix;
} masks[] = {
	{"255.0.0.0", 0, 8},
	{"255.128.0.0", 0, 9},
	{"255.255.0.0", 0, 16},
	{"255.255.255.0", 0, 24},
	{"255.255.255.248", 0, 29},
	{"255.255.255.252", 0, 30},
	{"254.0.0.0", -ERANGE, 0},
	{"128.0.0.0", -ERANGE, 0},
	{"0.0.0.0", -ERANGE, 0},
	{"255.255.255.254", -ERANGE, 0},
	{"255.255.255.255", -ERANGE, 0},
	{"255.0.255.0", -EINVAL, 0},
	{"255.255.255.253", -EINVAL, 0},
	{"255.255.254.255", -EINVAL, 0},
	{"0.255.255.255", -EINVAL, 0},
	{"0.0.0.255", -EINVAL, 0},
	{"255.255.255", -EINVAL, 0},
	{"255.255.255.00", -EINVAL, 0},
	{"24", -EINVAL, 0},
	{"/24", -EINVAL, 0},
	{"", -EINVAL, 0},
};

START_TEST(a_mask_is_contiguous_and_in_range)
{
	unsigned prefix = 99;
	int ret = subnet_parse_mask(masks[_i].text, &prefix);

	ck_assert_msg(ret == masks[_i].ret, "'%s': %d", masks[_i].text, ret);
	ck_assert_uint_eq(prefix, ret == 0 ? masks[_i].prefix : 99);
}
END_TEST

static const struct {
	uint32_t address;
	unsigned prefix;
	uint32_t mask;
	uint32_t network;
	uint32_t broadcast;
} nets[] = {
	{IP(1, 2, 3, 4), 0, 0, 0, UINT32_MAX},
	{IP(10, 1, 2, 3), 8, IP(255, 0, 0, 0), IP(10, 0, 0, 0), IP(10, 255, 255, 255)},
	{IP(172, 17, 2, 3), 12, IP(255, 240, 0, 0), IP(172, 16, 0, 0), IP(172, 31, 255, 255)},
	{IP(192, 168, 5, 77), 24, IP(255, 255, 255, 0), IP(192, 168, 5, 0), IP(192, 168, 5, 255)},
	{IP(192, 168, 5, 77), 30, IP(255, 255, 255, 252), IP(192, 168, 5, 76), IP(192, 168, 5, 79)},
	{IP(192, 168, 5, 77), 31, IP(255, 255, 255, 254), IP(192, 168, 5, 76), IP(192, 168, 5, 77)},
	{IP(192, 168, 5, 77), 32, UINT32_MAX, IP(192, 168, 5, 77), IP(192, 168, 5, 77)},
};

START_TEST(a_prefix_has_a_first_and_a_last_address)
{
	ck_assert_uint_eq(subnet_mask(nets[_i].prefix), nets[_i].mask);
	ck_assert_uint_eq(subnet_network(nets[_i].address, nets[_i].prefix), nets[_i].network);
	ck_assert_uint_eq(subnet_broadcast(nets[_i].address, nets[_i].prefix), nets[_i].broadcast);
}
END_TEST

static const struct {
	uint32_t a;
	unsigned prefix_a;
	uint32_t b;
	unsigned prefix_b;
	bool overlap;
} pairs[] = {
	{IP(10, 0, 0, 1), 24, IP(10, 0, 0, 200), 24, true},
	{IP(10, 0, 0, 1), 24, IP(10, 0, 1, 1), 24, false},
	{IP(10, 0, 0, 1), 24, IP(10, 9, 9, 9), 8, true},
	{IP(10, 0, 0, 1), 24, IP(11, 0, 0, 1), 8, false},
	{IP(10, 0, 0, 1), 24, IP(10, 0, 0, 255), 32, true},
	{IP(10, 0, 0, 1), 24, IP(10, 0, 1, 0), 32, false},
	{IP(10, 0, 0, 1), 24, IP(9, 255, 255, 255), 32, false},
	{IP(10, 0, 0, 1), 24, IP(200, 0, 0, 1), 0, true},
	{IP(10, 0, 0, 127), 25, IP(10, 0, 0, 128), 25, false},
	{IP(10, 0, 0, 3), 30, IP(10, 0, 0, 4), 30, false},
};

START_TEST(overlap_is_the_same_both_ways)
{
	ck_assert_int_eq(
		subnet_overlap(pairs[_i].a, pairs[_i].prefix_a, pairs[_i].b, pairs[_i].prefix_b),
		pairs[_i].overlap);
	ck_assert_int_eq(
		subnet_overlap(pairs[_i].b, pairs[_i].prefix_b, pairs[_i].a, pairs[_i].prefix_a),
		pairs[_i].overlap);
}
END_TEST

static const struct {
	uint32_t address;
	bool unicast;
} hosts[] = {
	{IP(0, 0, 0, 0), false},	 {IP(0, 255, 255, 255), false},
	{IP(1, 0, 0, 0), true},		 {IP(126, 255, 255, 255), true},
	{IP(127, 0, 0, 1), false},	 {IP(128, 0, 0, 1), true},
	{IP(223, 255, 255, 255), true},	 {IP(224, 0, 0, 1), false},
	{IP(255, 255, 255, 255), false},
};

START_TEST(a_host_has_a_unicast_address)
{
	ck_assert_int_eq(subnet_is_unicast(hosts[_i].address), hosts[_i].unicast);
}
END_TEST

static const struct {
	uint32_t gateway;
	unsigned prefix;
	uint32_t end;
	uint32_t first;
	uint32_t last;
} good[] = {
	{IP(192, 168, 105, 1), 24, 0, IP(192, 168, 105, 2), IP(192, 168, 105, 254)},
	{IP(192, 168, 105, 100), 24, 0, IP(192, 168, 105, 101), IP(192, 168, 105, 254)},
	{IP(192, 168, 105, 253), 24, 0, IP(192, 168, 105, 254), IP(192, 168, 105, 254)},
	{IP(192, 168, 105, 1), 24, IP(192, 168, 105, 2), IP(192, 168, 105, 2),
	 IP(192, 168, 105, 2)},
	{IP(192, 168, 105, 1), 24, IP(192, 168, 105, 254), IP(192, 168, 105, 2),
	 IP(192, 168, 105, 254)},
	{IP(10, 0, 0, 1), 8, 0, IP(10, 0, 0, 2), IP(10, 255, 255, 254)},
	{IP(10, 0, 0, 255), 8, 0, IP(10, 0, 1, 0), IP(10, 255, 255, 254)},
	{IP(172, 16, 0, 1), 12, IP(172, 31, 255, 254), IP(172, 16, 0, 2), IP(172, 31, 255, 254)},
	{IP(192, 168, 0, 5), 30, 0, IP(192, 168, 0, 6), IP(192, 168, 0, 6)},
	{IP(223, 255, 255, 1), 24, 0, IP(223, 255, 255, 2), IP(223, 255, 255, 254)},
};

START_TEST(a_subnet_gives_what_follows_its_gateway)
{
	struct subnet subnet;
	const char *wrong = subnet_init(&subnet, good[_i].gateway, good[_i].prefix, good[_i].end);

	ck_assert_msg(!wrong, "%s", wrong);
	ck_assert_uint_eq(subnet.gateway, good[_i].gateway);
	ck_assert_uint_eq(subnet.prefix, good[_i].prefix);
	ck_assert_uint_eq(subnet.dhcp_first, good[_i].first);
	ck_assert_uint_eq(subnet.dhcp_last, good[_i].last);
}
END_TEST

static const struct {
	uint32_t gateway;
	unsigned prefix;
	uint32_t end;
	const char *wrong; /* part of what it says */
} bad[] = {
	{IP(0, 0, 0, 0), 24, 0, "not an address a host can have"},
	{IP(0, 0, 0, 1), 24, 0, "not an address a host can have"},
	{IP(127, 0, 0, 1), 8, 0, "not an address a host can have"},
	{IP(224, 0, 0, 1), 24, 0, "not an address a host can have"},
	{IP(255, 255, 255, 255), 24, 0, "not an address a host can have"},
	{IP(192, 168, 105, 0), 24, 0, "network or broadcast"},
	{IP(192, 168, 105, 255), 24, 0, "network or broadcast"},
	{IP(10, 0, 0, 0), 8, 0, "network or broadcast"},
	{IP(10, 255, 255, 255), 8, 0, "network or broadcast"},
	{IP(192, 168, 0, 4), 30, 0, "network or broadcast"},
	{IP(192, 168, 0, 7), 30, 0, "network or broadcast"},
	{IP(192, 168, 0, 6), 30, 0, "no address after the gateway"},
	{IP(192, 168, 105, 254), 24, 0, "no address after the gateway"},
	{IP(192, 168, 105, 1), 24, IP(192, 168, 106, 9), "outside"},
	{IP(192, 168, 105, 1), 24, IP(192, 168, 104, 255), "outside"},
	{IP(192, 168, 0, 5), 30, IP(192, 168, 0, 8), "outside"},
	{IP(192, 168, 105, 1), 24, IP(192, 168, 105, 255), "broadcast"},
	{IP(192, 168, 105, 1), 24, IP(192, 168, 105, 1), "before its start"},
	{IP(192, 168, 105, 1), 24, IP(192, 168, 105, 0), "before its start"},
	{IP(192, 168, 105, 100), 24, IP(192, 168, 105, 50), "before its start"},
};

START_TEST(a_subnet_without_sense_is_refused)
{
	struct subnet subnet;
	const char *wrong = subnet_init(&subnet, bad[_i].gateway, bad[_i].prefix, bad[_i].end);

	ck_assert_msg(wrong && strstr(wrong, bad[_i].wrong), "'%s', not '%s'",
		      wrong ? wrong : "accepted", bad[_i].wrong);
}
END_TEST

static const struct {
	unsigned first;
	unsigned n;
	uint32_t gateway;
} candidates[] = {
	{SUBNET_SHARED, 0, IP(192, 168, 105, 1)},
	{SUBNET_SHARED, 1, IP(192, 168, 107, 1)},
	{SUBNET_SHARED, 148, IP(192, 168, 254, 1)},
	{SUBNET_SHARED, 149, IP(10, 105, 0, 1)},
	{SUBNET_SHARED, 404, IP(10, 105, 255, 1)},
	{SUBNET_SHARED, 405, 0},
	{SUBNET_SHARED, 406, 0},
	{SUBNET_SHARED, 100000, 0},
	{SUBNET_HOST, 0, IP(192, 168, 106, 1)},
	{SUBNET_HOST, 1, IP(192, 168, 107, 1)},
	{SUBNET_HOST, 148, IP(192, 168, 254, 1)},
	{SUBNET_HOST, 149, IP(10, 105, 0, 1)},
	{SUBNET_HOST, 405, 0},
};

START_TEST(candidates_come_in_a_fixed_order)
{
	ck_assert_uint_eq(subnet_candidate(candidates[_i].first, candidates[_i].n),
			  candidates[_i].gateway);
}
END_TEST

START_TEST(every_candidate_is_a_subnet_of_its_own)
{
	struct subnet subnet;
	uint32_t gateway;

	for (unsigned n = 0; (gateway = subnet_candidate(SUBNET_SHARED, n)) != 0; n++) {
		ck_assert_ptr_null(subnet_init(&subnet, gateway, 24, 0));
		ck_assert(!subnet_overlap(gateway, 24, IP(192, 168, 106, 1), 24));
		for (unsigned other = 0; other < n; other++)
			ck_assert(!subnet_overlap(gateway, 24,
						  subnet_candidate(SUBNET_SHARED, other), 24));
	}
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(an_address_is_read_and_written, addresses),
		UNIT_CASES(what_is_no_address_is_refused_and_changes_nothing, no_addresses),
		UNIT_CASES(a_mask_is_contiguous_and_in_range, masks),
		UNIT_CASES(a_prefix_has_a_first_and_a_last_address, nets),
		UNIT_CASES(overlap_is_the_same_both_ways, pairs),
		UNIT_CASES(a_host_has_a_unicast_address, hosts),
		UNIT_CASES(a_subnet_gives_what_follows_its_gateway, good),
		UNIT_CASES(a_subnet_without_sense_is_refused, bad),
		UNIT_CASES(candidates_come_in_a_fixed_order, candidates),
		UNIT_TEST(every_candidate_is_a_subnet_of_its_own),
	};

	return unit_run("subnet", tests, UNIT_COUNT(tests));
}
