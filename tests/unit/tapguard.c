// SPDX-License-Identifier: GPL-2.0-or-later
/* What the table says; that it keeps lies away is for tests/net/94-taps.sh. */
#include "tapguard.h"

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
	ck_assert_int_eq(says(&guard, "udp dport 546 "), kinds[_i].dhcp6);
	ck_assert_int_eq(says(&guard, "nd-router-advert"), kinds[_i].routers6);
	/* But never the gateway. */
	ck_assert(says(&guard, "arp saddr ip 192.168.105.1 counter drop"));
	ck_assert(says(&guard, "arp saddr ether 02:00:00:00:00:01 counter drop"));
	ck_assert(says(&guard, "ip6 saddr fe80::1 counter drop"));
	ck_assert(says(&guard, "ip6 saddr fd12:3400::1 counter drop"));
	ck_assert(says(&guard, "ip6 saddr fe80::ff:fe00:1 counter drop"));
	ck_assert(says(&guard, "@th,64,128 0xfd123400000000000000000000000001 counter drop"));
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
			       "		ether type != { arp, ip, ip6 } counter drop\n"
			       "		ether saddr & ff:ff:00:00:00:00 == "
			       "76:6d:00:00:00:00 counter drop\n"));
}
END_TEST

/* Where there is no gateway of ours, nor anything that a guest could say in its place. */
START_TEST(on_a_lan_there_are_no_tags_and_no_switches)
{
	tapguard_format_lan("vde_vmnet-a", text);
	ck_assert(strstr(text, "table bridge vde_vmnet-a {\n	flags owner\n	set taps "));
	ck_assert(strstr(text, "iifname @taps goto guard"));
	ck_assert(strstr(text, "ether type { 0x8100, 0x88a8, 0x9100, 0x9200 } counter drop"));
	ck_assert(
		strstr(text, "ether daddr & ff:ff:ff:ff:ff:f0 == 01:80:c2:00:00:00 counter drop"));
	ck_assert(!strstr(text, "arp"));
}
END_TEST

START_TEST(without_the_host_nothing_comes_to_it)
{
	tapguard_format_hostless("vde_vmnet-a", text);
	ck_assert(strstr(text, "table bridge vde_vmnet-a {\n	flags owner\n	set taps "));
	ck_assert(strstr(text,
			 "hook input priority filter\n		iifname @taps counter drop"));
	ck_assert(strstr(text,
			 "hook output priority filter\n		oifname @taps counter drop"));
	ck_assert(!strstr(text, "prerouting"));
}
END_TEST

START_TEST(a_tap_is_named)
{
	char command[TAPGUARD_ELEMENT_MAX];

	tapguard_format_element("vde_vmnet-a", true, "vmnettap0", command);
	ck_assert_str_eq(command, "add element bridge vde_vmnet-a taps { \"vmnettap0\" }\n");
	tapguard_format_element("vde_vmnet-a", false, "vmnettap0", command);
	ck_assert_str_eq(command, "delete element bridge vde_vmnet-a taps { \"vmnettap0\" }\n");
}
END_TEST

/* The longest that there are. */
START_TEST(there_is_room)
{
	char command[TAPGUARD_ELEMENT_MAX];
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
	tapguard_format_element(guard.table, false, "123456789012345", command);
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
		UNIT_TEST(a_tap_is_named),
		UNIT_TEST(there_is_room),
	};

	return unit_run("tapguard", tests, UNIT_COUNT(tests));
}
