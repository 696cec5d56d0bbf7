// SPDX-License-Identifier: GPL-2.0-or-later
/* Forwards as rules, and the commands that change them. */
#include "forwardrules.h"

#include "unit.h"

static const struct subnet subnet = {.gateway = 0xc0a86901, .prefix = 24};
static const struct in6_addr prefix6 = {{{0xfd, 0x12}}};
static char text[1 << 20];

static void assert_has(const char *part)
{
	ck_assert_msg(strstr(text, part), "no '%s' in: %s", part, text);
}

START_TEST(one_chain_asks_all_maps)
{
	forwardrules_format("vmnet-x", &subnet, &prefix6, text);
	assert_has("hook prerouting priority dstnat - 10");
	assert_has("iif \"lo\" accept");
	assert_has("fib daddr type != local accept");
	assert_has("iifname \"vmnet-x\" ip daddr 192.168.105.1 th dport { 53, 67 } accept");
	assert_has("ip6 daddr { fd12::1, fe80::1 } th dport { 53, 547 } accept");
	assert_has("dnat ip to ip daddr . meta l4proto . th dport map @hostfwd_at\n");
	assert_has("dnat ip to meta l4proto . th dport map @hostfwd\n");
	assert_has("dnat ip6 to meta l4proto . th dport map @hostfwd6\n");
	/* a certain address before all */
	ck_assert(strstr(text, "map @hostfwd_at\n") < strstr(text, "map @hostfwd\n"));
	forwardrules_format("vmnet-x", &subnet, NULL, text);
	ck_assert_ptr_null(strstr(text, "dnat ip6"));
	assert_has("map hostfwd6 {"); /* there, and empty */
}
END_TEST

static struct hostfwd hostfwds[4];
static struct forwardrule rules[4];

static const struct forwardrule *rule(int i, const char *forward, const char *address)
{
	struct problem problem;

	ck_assert_int_eq(hostfwd_parse(forward, &hostfwds[i], &problem), 0);
	rules[i].hostfwd = &hostfwds[i];
	ck_assert_int_eq(hostfwd_parse_address(address, &rules[i].address), 0);
	return &rules[i];
}

static const struct {
	const char *forward;
	const char *address;
	const char *elements;
} changes[] = {
	{"tcp::2222-10.0.0.2:22", "10.0.0.2", " hostfwd { 6 . 2222 : 10.0.0.2 . 22, }\n"},
	{"udp:192.0.2.1:53-web", "10.0.0.9",
	 " hostfwd_at { 192.0.2.1 . 17 . 53 : 10.0.0.9 . 53, }\n"},
	{"tcp::80-82-[fd00::2]:8080", "[fd00::2]",
	 " hostfwd6 { 6 . 80 : fd00::2 . 8080, 6 . 81 : fd00::2 . 8081, 6 . 82 : fd00::2 . "
	 "8082, }\n"},
	{"udp:[2001:db8::1]:80-[fd00::2]:8080", "[fd00::2]",
	 " hostfwd_at6 { 2001:db8::1 . 17 . 80 : fd00::2 . 8080, }\n"},
};

START_TEST(a_port_is_an_element)
{
	struct forwardrules_change change = {
		.n_made = 1, .made = rule(0, changes[_i].forward, changes[_i].address)};
	char expected[256];

	snprintf(expected, sizeof(expected), "add element inet t%s", changes[_i].elements);
	ck_assert_uint_gt(forwardrules_size(&change), strlen(expected));
	ck_assert_str_eq(forwardrules_format_change("t", &change, text, forwardrules_size(&change)),
			 expected);
}
END_TEST

START_TEST(what_goes_goes_first)
{
	struct forwardrules_change change = {.n_gone = 1,
					     .gone = rule(0, "tcp::22-web", "10.0.0.2"),
					     .n_made = 1,
					     .made = rule(1, "tcp::22-web", "10.0.0.3")};

	ck_assert_str_eq(forwardrules_format_change("t", &change, text, forwardrules_size(&change)),
			 "delete element inet t hostfwd { 6 . 22 : 10.0.0.2 . 22, }\n"
			 "add element inet t hostfwd { 6 . 22 : 10.0.0.3 . 22, }\n");
}
END_TEST

/* The largest there is has room. */
START_TEST(a_long_range_has_room)
{
	const struct forwardrule *made =
		rule(0, "tcp:[2001:db8:1111:2222:3333:4444:5555:6666]:60000-61023-[fd00::2]:60000",
		     "[fd12:3456:789a:bcde:5054:00ff:fe12:3456]");
	struct forwardrules_change change = {.n_gone = 1, .gone = made, .n_made = 1, .made = made};

	ck_assert_uint_lt(forwardrules_size(&change), sizeof(text));
	forwardrules_format_change("vde_vmnet-abcdefghijklmnopqrstuvwxyz012345", &change, text,
				   forwardrules_size(&change));
	assert_has(" . 61023 : fd12:3456:789a:bcde:5054:ff:fe12:3456 . 61023, }\n");
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(one_chain_asks_all_maps),
		UNIT_CASES(a_port_is_an_element, changes),
		UNIT_TEST(what_goes_goes_first),
		UNIT_TEST(a_long_range_has_room),
	};

	return unit_run("forwardrules", tests, UNIT_COUNT(tests));
}
