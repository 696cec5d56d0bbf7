// SPDX-License-Identifier: GPL-2.0-or-later
#include "ruleset.h"

#include <limits.h>
#include <net/if.h>

#include "unit.h"

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

static const struct subnet subnet = {.gateway = IP(192, 168, 105, 1),
				     .prefix = 24,
				     .dhcp_first = IP(192, 168, 105, 2),
				     .dhcp_last = IP(192, 168, 105, 254)};
static const struct ruleset shared = {
	.table = "vde_vmnet-shared",
	.device = "vmnet-shared",
	.subnet = &subnet,
	.outside = true,
	.port_low = 61000,
	.port_high = 65535,
	.resolver = 112,
	.limits = {.guest = 8000, .tracked = 262144, .dns_timeout = true}};

static char text[RULESET_MAX];

static unsigned count(const char *part)
{
	unsigned n = 0;

	for (const char *at = text; (at = strstr(at, part)); at++)
		n++;
	return n;
}

static const struct {
	const char *part;
	unsigned n;
} parts[] = {
	{"table inet vde_vmnet-shared {\n", 1},
	{"flags owner\n", 1},
	{"hook prerouting priority raw\n\t\tiifname != \"vmnet-shared\" accept\n", 1},
	{"hook input priority filter\n", 1},
	{"hook forward priority filter\n", 1},
	{"hook postrouting priority srcnat - 10\n", 1},
	{"iifname != \"vmnet-shared\" accept\n", 3},
	{"iifname != \"vmnet-shared\" goto own\n", 1},
	{"ip saddr 192.168.105.0/24 ip saddr != 192.168.105.1 accept\n", 1},
	{"ip saddr 0.0.0.0 udp sport 68 udp dport 67 accept\n", 1},
	{"iifname { \"lo\", \"vmnet-shared\" } accept\n", 1},
	{"ip daddr 192.168.105.1 udp dport { 53, 67 } goto drop_service\n", 1},
	{"ip daddr 192.168.105.1 tcp dport 53 goto drop_service\n", 1},
	{"iifname \"vmnet-shared\" ct state invalid goto drop_invalid\n", 1},
	{"oifname != \"vmnet-shared\" accept\n", 1},
	{"ct state established,related accept\n", 1},
	{"ip saddr 192.168.105.0/24 oifname != { \"lo\", \"vmnet-shared\" } goto leaving\n", 1},
	{"masquerade", 2},
	{"\t\tmeta l4proto { 6, 17, 136, 132 } masquerade to :61000-65535\n", 1},
	{"\t\tmeta l4proto { 1, 58 } masquerade to :61000-65535\n", 1},
	{"ip daddr { 224.0.0.0/4, 255.255.255.255 } accept\n", 2},
	{"hook postrouting priority srcnat + 10\n", 1},
	{"ct reply proto-dst != 61000-65535 goto drop_untranslated\n", 4},
	{"meta l4proto != { 6, 17, 136, 132, 1, 58 } goto drop_untranslated\n", 1},
	{"meta l4proto != { 6, 17, 136, 132, 1, 58 } goto drop_protocol\n", 1},
	{"ct status & snat != snat goto drop_untranslated\n", 1},
	{"ip saddr 192.168.105.0/24 oif @uplinks goto drop_untranslated\n", 1},
	{"fib saddr type local goto drop_source\n\t\tfib saddr . iif oif exists accept\n\t\tgoto "
	 "drop_source\n",
	 1},
	{"iifname \"vmnet-shared\" oifname != { \"lo\", \"vmnet-shared\" } goto leaving\n", 1},
	{"iifname \"vmnet-shared\" oifname \"vmnet-shared\" goto hairpin\n", 1},
	{"\t\tether saddr & ff:ff:00:00:00:00 == 76:6d:00:00:00:00 goto drop_isolated\n"
	 "\t\trt ip nexthop @apart goto drop_isolated\n\t\taccept\n",
	 1},
	{"hook prerouting priority dstnat - 10\n", 1},
	{"iifname \"vmnet-shared\" oifname \"vmnet-shared\" ct status dnat goto leaving\n", 1},
	{"iifname \"vmnet-shared\" ct direction reply ct status dnat goto answers\n", 1},
	{"hook postrouting priority srcnat - 20\n", 1},
	{"ct timeout dns {\n", 1},
	{"\t\tudp dport 53 ct timeout set \"dns\"\n", 1},
	{"meta skuid 112 udp dport 53 ct timeout set \"dns\"\n", 1},
	{"@new_ipv4 ", 4},
	{"\tcounter exhausted {\n", 1},
	{"iifname \"vmnet-shared\" tcp flags syn tcp option maxseg size set rt mtu\n", 1},
	{"vmnet-shared\"", 28},
	{"iifname \"vmnet-shared\" ct state new jump opens\n", 2},
	{"add @connections { ether saddr . ct id & 63 ct count over 173 } goto "
	 "drop_connections\n",
	 1},
	{"add @all_connections { ct id & 1023 ct count over 128 } goto drop_all_connections\n", 1},
	{"iifname \"vmnet-shared\" ip daddr { 169.254.0.0/16, 100.100.100.200, 192.0.0.192 } goto "
	 "drop_link_local\n",
	 1},
	{"iifname \"vmnet-shared\" ip daddr 168.63.129.16 tcp dport != 53 goto drop_link_local\n",
	 1},
	{"iif @forwarding oifname != \"vmnet-*\" goto drop_transit\n", 1},
	{"iif @forwarding6 oifname != \"vmnet-*\" goto drop_transit\n", 1},
	{"oif != @uplinks goto drop_elsewhere\n", 1},
	{"oif != @uplinks6 goto drop_elsewhere\n", 1},
	{"\t\tiifname \"vmnet-shared\" jump seeks\n", 1},
	{"\t\tct status & seen-reply == seen-reply goto answered\n\t\trt ip nexthop @answering "
	 "return\n\t\trt ip nexthop @seeking return\n\t\tupdate @seekers { ether saddr limit ",
	 1},
	{"\t\tadd @seeking { rt ip nexthop } return\n\t\tgoto drop_neighbours\n", 1},
	{"\t\tmeta mark 0x76000000 ct direction original drop\n\t\tiifname { \"lo\", ", 1},
	{"\tchain own {\n\t\tmeta mark 0x76000000 ct direction original drop\n", 1},
	{"%", 0},
	{"$", 0},
};

START_TEST(the_rules_name_what_they_are_for)
{
	ruleset_format(&shared, text);
	ck_assert_msg(count(parts[_i].part) == parts[_i].n, "'%s': %u times", parts[_i].part,
		      count(parts[_i].part));
}
END_TEST

static const struct {
	uint32_t gateway;
	unsigned prefix;
	const char *rule;
} nets[] = {
	{IP(10, 200, 3, 4), 8, "ip saddr 10.0.0.0/8 ip saddr != 10.200.3.4 accept\n"},
	{IP(172, 31, 255, 253), 12, "ip saddr 172.16.0.0/12 ip saddr != 172.31.255.253 accept\n"},
	{IP(192, 168, 5, 77), 30, "ip saddr 192.168.5.76/30 ip saddr != 192.168.5.77 accept\n"},
};

START_TEST(the_network_is_the_gateways)
{
	const struct subnet other = {.gateway = nets[_i].gateway, .prefix = nets[_i].prefix};
	const struct ruleset ruleset = {.table = "t", .device = "d", .subnet = &other};

	ruleset_format(&ruleset, text);
	ck_assert_msg(count(nets[_i].rule) == 1, "%s", text);
}
END_TEST

/* 0x123456789abcde as in fd12:3456:789a:bcde:: */
static const struct {
	const char *part;
	unsigned n;
} parts6[] = {
	{"icmpv6 type { nd-router-advert, nd-redirect } goto drop_router\n", 1},
	{"meta nfproto ipv6 udp dport 546 goto drop_router\n", 1},
	{"ip6 saddr fd12:3456:789a:bcde::/64 ip6 saddr != fd12:3456:789a:bcde::1 accept\n", 1},
	{"ip6 saddr fe80::/10 ip6 saddr != fe80::1 accept\n", 1},
	{"ip6 saddr :: icmpv6 type { nd-router-solicit, nd-neighbor-solicit, ", 1},
	{"ip6 daddr fd12:3456:789a:bcde::1 udp dport { 53, 547 } goto drop_service\n", 1},
	{"ip6 daddr fd12:3456:789a:bcde::1 tcp dport 53 goto drop_service\n", 1},
	{"ip6 saddr fd12:3456:789a:bcde::/64 oif @uplinks6 goto drop_untranslated\n", 1},
	{"ip6 saddr fd12:3456:789a:bcde::/64 oifname != { \"lo\", \"vmnet-shared\" } goto "
	 "leaving\n",
	 1},
	{"ip6 daddr ff00::/8 accept\n", 2},
	{"@new_ipv6 ", 4},
	{"hook output priority filter\n", 2},
	{"set 0xe0007fff\n", 1},
	{"\t\tgoto drop_source\n\t}\n", 1},
	{"%", 0},
	{"$", 0},
};

START_TEST(ipv6_has_rules_where_guests_have_it)
{
	struct in6_addr prefix = ula_make(0x123456789abcde);
	struct ruleset dual = shared;

	dual.prefix6 = &prefix;
	ruleset_format(&dual, text);
	ck_assert_msg(count(parts6[_i].part) == parts6[_i].n, "'%s': %u times in\n%s",
		      parts6[_i].part, count(parts6[_i].part), text);
	ck_assert_uint_eq(count("{"), count("}"));
	ruleset_format(&shared, text);
	ck_assert_uint_eq(count("ip6 "), 0);
	ck_assert_uint_eq(count("icmpv6"), 0);
}
END_TEST

static const struct {
	unsigned tracked;
	const char *rule;
} shares[] = {
	{1048576, "ct id & 1023 ct count over 512 }"},
	{65536, "ct id & 255 ct count over 128 }"},
	{10000, "ct id & 31 ct count over 156 }"},
	{200, "ct id & 0 ct count over 100 }"},
};

START_TEST(all_guests_share_half_of_what_the_host_tracks)
{
	struct ruleset ruleset = shared;

	ruleset.limits.tracked = shares[_i].tracked;
	ruleset_format(&ruleset, text);
	ck_assert_msg(count(shares[_i].rule) == 1, "%s", text);
}
END_TEST

static const struct {
	unsigned guest;
	unsigned tracked;
	const char *rule;
} guests_shares[] = {
	{8000, 1048576, "ether saddr . ct id & 63 ct count over 173 }"},
	{8000, 65536, "ether saddr . ct id & 63 ct count over 173 }"},
	{8000, 8192, "ether saddr . ct id & 63 ct count over 32 }"}, /* 2048 of 4096 */
	{1000000, 262144, "ether saddr . ct id & 63 ct count over 1024 }"},
	{256, 8192, "ether saddr . ct id & 63 ct count over 12 }"},
	{256, 200, "ether saddr . ct id & 63 ct count over 4 }"},
};

START_TEST(no_guest_has_more_than_half_of_what_all_have)
{
	struct ruleset ruleset = shared;

	ruleset.limits.guest = guests_shares[_i].guest;
	ruleset.limits.tracked = guests_shares[_i].tracked;
	ruleset_format(&ruleset, text);
	ck_assert_msg(count(guests_shares[_i].rule) == 1, "%s", text);
}
END_TEST

START_TEST(link_local_addresses_may_be_allowed)
{
	struct ruleset ruleset = shared;

	ruleset.link_local = true;
	ruleset_format(&ruleset, text);
	ck_assert_uint_eq(count("goto drop_link_local"), 0);
}
END_TEST

START_TEST(a_kernel_may_lack_timeouts)
{
	struct ruleset ruleset = shared;

	ruleset.limits.dns_timeout = false;
	ruleset_format(&ruleset, text);
	ck_assert_uint_eq(count("ct timeout"), 0);
	ck_assert_uint_eq(count("@new_ipv4 "), 4);
	ck_assert_uint_eq(count("{"), count("}"));
}
END_TEST

START_TEST(chains_end_with_what_is_left)
{
	ruleset_format(&shared, text);
	ck_assert_uint_eq(count("\t\tgoto drop_source\n\t}\n"), 1);
	ck_assert_uint_eq(count("\t\tgoto drop_unasked\n\t}\n"), 1);
	ck_assert_uint_eq(count("{"), count("}"));
	ck_assert_str_eq(text + strlen(text) - 5, "\t}\n}\n");
}
END_TEST

static const struct {
	const char *part;
	unsigned n;
} closed[] = {
	{"iifname != \"vmnet-host\" accept\n", 2},
	{"ip saddr 192.168.105.0/24 ip saddr != 192.168.105.1 accept\n", 1},
	{"ip daddr 192.168.105.1 udp dport { 53, 67 } goto drop_service\n", 1},
	{"hook forward priority filter\n"
	 "\t\tiifname \"vmnet-host\" goto drop_closed\n"
	 "\t\toifname \"vmnet-host\" goto drop_unasked\n"
	 "\t}\n",
	 1},
	{"hook forward", 1},
	{"ip daddr 192.168.105.1 accept\n", 1},
	{"multicast, anycast } accept\n", 2},
	{"\t\tgoto drop_closed\n\t}\n}\n", 1},
	{"masquerade", 0},
	{"postrouting", 0},
	{"%", 0},
};

START_TEST(without_an_outside_nothing_is_forwarded)
{
	const struct ruleset host = {.table = "t",
				     .device = "vmnet-host",
				     .subnet = &subnet,
				     .limits = {.guest = 8000, .tracked = 8192}};

	ruleset_format(&host, text);
	ck_assert_msg(count(closed[_i].part) == closed[_i].n, "'%s': %u times in\n%s",
		      closed[_i].part, count(closed[_i].part), text);
	ck_assert_uint_eq(count("{"), count("}"));
}
END_TEST

/* With br_netfilter; nothing where guests do not reach each other anyway. */
START_TEST(what_a_bridge_passes_is_not_forwarded)
{
	const uint8_t mac[6] = {0x02, 0, 0, 0, 0, 0x01};
	struct ruleset host = {.table = "t",
			       .device = "vmnet-host",
			       .subnet = &subnet,
			       .bridge = mac,
			       .limits = {.guest = 8000, .tracked = 8192}};

	ruleset_format(&host, text);
	ck_assert_uint_eq(count("hook forward priority filter\n"
				"\t\tiifname \"vmnet-host\" oifname \"vmnet-host\" "
				"ether daddr != 02:00:00:00:00:01 accept\n"
				"\t\tiifname \"vmnet-host\" goto drop_closed\n"),
			  1);
	ck_assert_uint_eq(count("\t\tiifname != \"vmnet-host\" accept\n"
				"\t\tether daddr != 02:00:00:00:00:01 accept\n"
				"\t\tip daddr 192.168.105.1 accept\n"),
			  1);
	host.isolated = true;
	ruleset_format(&host, text);
	ck_assert_uint_eq(count("ether daddr"), 0);
}
END_TEST

START_TEST(a_segments_host_is_deaf_and_mute)
{
	ruleset_format_sharedbridge("vde_vmnet-lab", "vmnet-lab", text);
	ck_assert_uint_eq(count("table bridge vde_vmnet-lab {\n\tflags owner\n"), 1);
	ck_assert_uint_eq(
		count("hook input priority filter\n\t\tiifname \"vmnet-lab\" counter drop\n"), 1);
	ck_assert_uint_eq(
		count("hook output priority filter\n\t\toifname \"vmnet-lab\" counter drop\n"), 1);
	ck_assert_uint_eq(count("{"), 3);
	ck_assert_uint_eq(count("}"), 3);
}
END_TEST

START_TEST(the_longest_names_fit)
{
	char table[64] = "vde_vmnet-";
	char device[IF_NAMESIZE];
	const struct subnet widest = {.gateway = IP(223, 255, 255, 253), .prefix = 24};
	const struct in6_addr prefix = ula_make(UINT64_MAX);
	const struct ruleset ruleset = {
		.table = table,
		.device = device,
		.subnet = &widest,
		.prefix6 = &prefix,
		.outside = true,
		.port_low = UINT16_MAX,
		.port_high = UINT16_MAX,
		.resolver = UINT_MAX,
		.limits = {.guest = 8000, .tracked = 262144, .dns_timeout = true}};

	memset(table + strlen(table), 'n', 32);
	memset(device, 'd', sizeof(device) - 1);
	device[sizeof(device) - 1] = '\0';
	ruleset_format(&ruleset, text);
	ck_assert_uint_lt(strlen(text), RULESET_MAX - 1);
	ck_assert_uint_eq(count(table), 1);
	ck_assert_uint_eq(count(device), 33);
	ck_assert_str_eq(text + strlen(text) - 2, "}\n");
}
END_TEST

START_TEST(devices_are_told_by_index_and_all_at_once)
{
	const struct ruleset_devices one = {.n = 1, .indexes = {7}};
	const struct ruleset_devices none = {.n = 0};

	ruleset_format_devices("vde_vmnet-a", &none, &one, false, text);
	ck_assert_str_eq(text, "flush set inet vde_vmnet-a forwarding\n"
			       "flush set inet vde_vmnet-a uplinks\n"
			       "add element inet vde_vmnet-a uplinks { 7, }\n");
	ruleset_format_devices("vde_vmnet-a", &one, &none, true, text);
	ck_assert_str_eq(text, "flush set inet vde_vmnet-a forwarding6\n"
			       "add element inet vde_vmnet-a forwarding6 { 7, }\n"
			       "flush set inet vde_vmnet-a uplinks6\n");
}
END_TEST

START_TEST(as_many_devices_as_there_may_be_fit)
{
	char table[64] = "vde_vmnet-";
	struct ruleset_devices most = {.n = RULESET_DEVICES_MAX};

	memset(table + strlen(table), 'n', 32);
	for (unsigned i = 0; i < most.n; i++)
		most.indexes[i] = INT_MAX;
	ruleset_format_devices(table, &most, &most, true, text);
	ck_assert_uint_lt(strlen(text), RULESET_MAX - 1);
	ck_assert_uint_eq(count("2147483647"), 2 * RULESET_DEVICES_MAX);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(the_rules_name_what_they_are_for, parts),
		UNIT_CASES(the_network_is_the_gateways, nets),
		UNIT_CASES(ipv6_has_rules_where_guests_have_it, parts6),
		UNIT_TEST(a_kernel_may_lack_timeouts),
		UNIT_CASES(all_guests_share_half_of_what_the_host_tracks, shares),
		UNIT_CASES(no_guest_has_more_than_half_of_what_all_have, guests_shares),
		UNIT_TEST(link_local_addresses_may_be_allowed),
		UNIT_TEST(chains_end_with_what_is_left),
		UNIT_CASES(without_an_outside_nothing_is_forwarded, closed),
		UNIT_TEST(what_a_bridge_passes_is_not_forwarded),
		UNIT_TEST(a_segments_host_is_deaf_and_mute),
		UNIT_TEST(the_longest_names_fit),
		UNIT_TEST(devices_are_told_by_index_and_all_at_once),
		UNIT_TEST(as_many_devices_as_there_may_be_fit),
	};

	return unit_run("ruleset", tests, UNIT_COUNT(tests));
}
