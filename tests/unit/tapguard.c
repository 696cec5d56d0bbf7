// SPDX-License-Identifier: GPL-2.0-or-later
/* What the table says; that it keeps lies away is for tests/net/94-taps.sh. */
#include "tapguard.h"

#include "tapdrops.h"
#include "ula.h"
#include "unit.h"

static const uint8_t mac[MAC_SIZE] = {0x02, 0, 0, 0, 0, 0x01};
static const struct subnet subnet = {.gateway = 0xc0a86901, .prefix = 24};
static const struct in6_addr prefix = {{{0xfd, 0x12, 0x34}}};

static char text[TAPGUARD_MAX];

static bool says(const struct tapguard *guard, const char *what)
{
	tapguard_format(guard, text);
	return strstr(text, what);
}

static const struct {
	bool open4;
	bool open6;
	bool router6;
	bool dhcp4; /* what is dropped then */
	bool dhcp6;
	bool routers6;
} kinds[] = {
	{false, false, false, true, true, true},
	{false, false, true, true, true, false},
	{false, true, false, true, false, false},
	{true, true, true, false, false, false},
};

START_TEST(a_guest_may_be_what_we_are_not)
{
	const struct tapguard guard = {.table = "vde_vmnet-a",
				       .mac = mac,
				       .subnet = &subnet,
				       .prefix6 = &prefix,
				       .open4 = kinds[_i].open4,
				       .open6 = kinds[_i].open6,
				       .router6 = kinds[_i].router6};

	ck_assert_int_eq(says(&guard, "udp dport 68 "), kinds[_i].dhcp4);
	ck_assert_int_eq(says(&guard, "udp : goto guard_udp6"), kinds[_i].dhcp6);
	ck_assert_int_eq(says(&guard, "fe80::/10 exthdr frag exists goto drop_hidden"),
			 kinds[_i].dhcp6);
	ck_assert_int_eq(says(&guard, "nd-router-advert"), kinds[_i].routers6);
	/* But never the gateway. */
	ck_assert(says(&guard, "arp saddr ip 192.168.105.1 goto drop_gateway"));
	ck_assert(says(&guard, "arp saddr ether 02:00:00:00:00:01 goto drop_gateway"));
	ck_assert(says(&guard, "ip6 saddr fe80::1 goto drop_gateway"));
	ck_assert(says(&guard, "ip6 saddr fd12:3400::1 goto drop_gateway"));
	ck_assert(says(&guard, "ip6 saddr fe80::ff:fe00:1 goto drop_gateway"));
	ck_assert(says(&guard, "@th,64,128 0xfd123400000000000000000000000001 goto drop_gateway"));
}
END_TEST

START_TEST(without_ipv6_there_is_no_gateway_in_it)
{
	const struct tapguard guard = {.table = "vde_vmnet-a", .mac = mac, .subnet = &subnet};

	ck_assert(!says(&guard, "ip6 saddr fe80::1 "));
	ck_assert(says(&guard, "table bridge vde_vmnet-a {\n	flags owner\n"));
}
END_TEST

/* By the sender that the worker writes. */
START_TEST(who_is_isolated_is_not_heard)
{
	const struct tapguard guard = {.table = "vde_vmnet-a", .mac = mac, .subnet = &subnet};

	ck_assert(says(&guard, "hook forward priority -300\n"
			       "		ether type != { arp, ip, ip6 } goto drop_hidden\n"
			       "		ether saddr & ff:ff:00:00:00:00 == "
			       "76:6d:00:00:00:00 counter name \"dropped_isolated\" drop\n"
			       "		iifname @apart goto drop_isolated\n"));
	ck_assert(strstr(text, "oifname @apart counter name \"dropped_isolated\" update "
			       "@by_isolated { oifname counter } drop\n"));
}
END_TEST

/* Where there is no gateway of ours, nor anything that a guest could say in its place. */
START_TEST(on_a_lan_there_are_no_tags_and_no_switches)
{
	tapguard_format_lan("vde_vmnet-a", text);
	ck_assert(strstr(text, "table bridge vde_vmnet-a {\n	flags owner\n	set taps "));
	ck_assert(strstr(text, "iifname @taps goto guard"));
	ck_assert(strstr(text, "ether type { 0x8100, 0x88a8, 0x9100, 0x9200 } goto drop_hidden"));
	ck_assert(
		strstr(text, "ether daddr & ff:ff:ff:ff:ff:f0 == 01:80:c2:00:00:00 counter drop"));
	ck_assert(!strstr(text, "arp"));
}
END_TEST

START_TEST(without_the_host_nothing_comes_to_it)
{
	tapguard_format_hostless("vde_vmnet-a", text);
	ck_assert(strstr(text, "table bridge vde_vmnet-a {\n	flags owner\n	set taps "));
	ck_assert(strstr(text, "hook input priority filter\n		iifname @taps counter "
			       "drop"));
	ck_assert(strstr(text, "hook output priority filter\n		oifname @taps counter "
			       "drop"));
	ck_assert(strstr(text,
			 "prerouting priority -300\n		iifname @newcomers goto meet\n"));
	ck_assert(!strstr(text, "iifname @taps goto guard"));
}
END_TEST

/* Before all else, so that a frame is counted once. */
START_TEST(a_guest_sends_by_its_own_address)
{
	const struct tapguard guard = {.table = "vde_vmnet-a", .mac = mac, .subnet = &subnet};

	ck_assert(says(&guard, "	chain guard {\n"
			       "		iifname . ether saddr != @guests goto unknown\n"));
}
END_TEST

/* What is not there cannot be taken out, and would keep the rest in. */
START_TEST(a_tap_is_named)
{
	char commands[TAPGUARD_ELEMENT_MAX];

	tapguard_format_tap("t", true, "vmnettap0", mac, commands);
	ck_assert_str_eq(commands,
			 "add element bridge t guests { \"vmnettap0\" . 02:00:00:00:00:01 }\n"
			 "add element bridge t taps { \"vmnettap0\" }\n"
			 "add element bridge t newcomers { \"vmnettap0\" }\n"
			 "delete element bridge t newcomers { \"vmnettap0\" }\n");
	tapguard_format_tap("t", false, "vmnettap0", mac, commands);
	ck_assert(strstr(commands, "add element bridge t taps { \"vmnettap0\" }\n"
				   "delete element bridge t taps { \"vmnettap0\" }\n"));
	ck_assert(strstr(commands, "add element bridge t by_gateway { \"vmnettap0\" }\n"
				   "delete element bridge t by_gateway { \"vmnettap0\" }\n"));
	ck_assert(strstr(commands, "add element bridge t apart { \"vmnettap0\" }\n"
				   "delete element bridge t apart { \"vmnettap0\" }\n"));
	tapguard_format_apart("t", true, "vmnettap0", commands);
	ck_assert_str_eq(commands, "add element bridge t apart { \"vmnettap0\" }\n");
}
END_TEST

/* The first sender is noted, and nothing passes, nor is it counted as a lie. */
START_TEST(of_a_newcomer_the_first_address_is_noted)
{
	const struct tapguard guard = {.table = "vde_vmnet-a", .mac = mac, .subnet = &subnet};
	static const char first[] = "table bridge t {\n"
				    "	map first {\n"
				    "		type ifname : ether_addr\n"
				    "		elements = { \"vmnettap1\" : 52:54:00:00:00:01,\n"
				    "			     \"vmnettap11\" : 52:54:00:00:00:0b }\n"
				    "	}\n}\n";
	char commands[TAPGUARD_ELEMENT_MAX];
	uint8_t found[MAC_SIZE];

	tapguard_format_tap("t", true, "vmnettap0", NULL, commands);
	ck_assert_str_eq(commands, "add element bridge t taps { \"vmnettap0\" }\n"
				   "add element bridge t newcomers { \"vmnettap0\" }\n");
	ck_assert(says(&guard, "	chain unknown {\n"
			       "		iifname @newcomers goto meet\n"
			       "		goto drop_sender\n"));
	ck_assert(strstr(text, "		add @first { iifname : ether saddr } drop\n"));
	ck_assert(tapguard_read_first(first, "vmnettap11", found));
	ck_assert_uint_eq(found[5], 0x0b);
	ck_assert(!tapguard_read_first(first, "vmnettap", found));
	ck_assert(!tapguard_read_first(first, "vmnettap2", found));
	tapguard_format_again("t", "vmnettap0", commands);
	ck_assert_str_eq(commands, "delete element bridge t first { \"vmnettap0\" }\n");
}
END_TEST

static const char list[] = "table bridge t { # progname vde_vmnet\n"
			   "	flags owner\n"
			   "	counter dropped_gateway {\n"
			   "		packets 15 bytes 808\n"
			   "	}\n"
			   "	set by_gateway {\n"
			   "		type ifname\n"
			   "		size 512\n"
			   "		flags dynamic\n"
			   "		elements = { \"vmnettap1\" counter packets 8 bytes 440,\n"
			   "			     \"vmnettap11\" counter packets 7 bytes 368 }\n"
			   "	}\n"
			   "	counter dropped_router {\n"
			   "		packets 0 bytes 0\n"
			   "	}\n"
			   "	set by_router {\n"
			   "		type ifname\n"
			   "	}\n"
			   "	set by_dhcp {\n"
			   "		elements = { \"vmnettap2\" counter packets 3 bytes 1 }\n"
			   "	}\n"
			   "}\n";

START_TEST(what_was_dropped_is_read)
{
	uint64_t counts[TAPDROPS];

	tapdrops_read(list, counts);
	ck_assert_uint_eq(counts[TAPDROP_GATEWAY], 15);
	ck_assert_uint_eq(counts[TAPDROP_ROUTER], 0);
	ck_assert_uint_eq(counts[TAPDROP_SENDER], 0);
	tapdrops_read_of(list, "vmnettap1", counts);
	ck_assert_uint_eq(counts[TAPDROP_GATEWAY], 8);
	tapdrops_read_of(list, "vmnettap11", counts);
	ck_assert_uint_eq(counts[TAPDROP_GATEWAY], 7);
	/* Of the next set it is none of ours. */
	tapdrops_read_of(list, "vmnettap2", counts);
	ck_assert_uint_eq(counts[TAPDROP_GATEWAY], 0);
	ck_assert_uint_eq(counts[TAPDROP_ROUTER], 0);
	ck_assert_uint_eq(counts[TAPDROP_DHCP], 3);
}
END_TEST

/* The longest that there are. */
START_TEST(there_is_room)
{
	char commands[TAPGUARD_ELEMENT_MAX];
	const uint8_t longest[MAC_SIZE] = {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff};
	const struct subnet widest = {.gateway = 0xfffffffe, .prefix = 24};
	struct in6_addr full;
	const struct tapguard guard = {.table = "vde_vmnet-12345678901234567890123456789012",
				       .mac = longest,
				       .subnet = &widest,
				       .prefix6 = &full};

	memset(&full, 0xff, sizeof(full));
	tapguard_format(&guard, text);
	ck_assert_uint_lt(strlen(text), TAPGUARD_MAX / 4 * 3);
	tapguard_format_tap(guard.table, false, "123456789012345", longest, commands);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_guest_may_be_what_we_are_not, kinds),
		UNIT_TEST(without_ipv6_there_is_no_gateway_in_it),
		UNIT_TEST(who_is_isolated_is_not_heard),
		UNIT_TEST(on_a_lan_there_are_no_tags_and_no_switches),
		UNIT_TEST(without_the_host_nothing_comes_to_it),
		UNIT_TEST(a_guest_sends_by_its_own_address),
		UNIT_TEST(a_tap_is_named),
		UNIT_TEST(of_a_newcomer_the_first_address_is_noted),
		UNIT_TEST(what_was_dropped_is_read),
		UNIT_TEST(there_is_room),
	};

	return unit_run("tapguard", tests, UNIT_COUNT(tests));
}
