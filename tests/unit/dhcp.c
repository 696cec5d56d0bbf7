// SPDX-License-Identifier: GPL-2.0-or-later
/* What DHCP is told: reservations, times, servers and domains, from text. */
#include "dhcp.h"

#include "unit.h"

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))
#define LABEL_63       "abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ-012345678"
#define MAC	       "52:54:00:00:00:0a"
#define LABELS_252     LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_60
#define LABEL_60       "abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ-012345"

static const struct subnet subnet = {.gateway = IP(192, 168, 105, 1), .prefix = 24};

static struct dhcp dhcp;
static struct problem problem;

typedef int (*reader)(struct dhcp *dhcp, const char *text, struct problem *problem);

static const struct {
	reader read;
	const char *text;
	const char *why; /* NULL: is right */
} values[] = {
	{dhcp_add_host, MAC ",10.0.0.9", NULL},
	{dhcp_add_host, "52:54:00:AB:cd:0a,10.0.0.9,x", NULL},
	{dhcp_add_host, MAC ",10.0.0.9," LABEL_63, NULL},
	{dhcp_add_host, MAC ",10.0.0.9,90x", NULL},
	{dhcp_add_host, MAC ",10.0.0.9,h", NULL},
	{dhcp_add_host, MAC ",10.0.0.9,45mm", NULL},
	{dhcp_add_host, "", "MAC,IP or MAC,IP,NAME"},
	{dhcp_add_host, MAC, "MAC,IP or MAC,IP,NAME"},
	{dhcp_add_host, ",10.0.0.9", "'' is not a MAC address"},
	{dhcp_add_host, "52:54:00:00:00,10.0.0.9", "is not a MAC address"},
	{dhcp_add_host, "52-54-00-00-00-0a,10.0.0.9", "is not a MAC address"},
	{dhcp_add_host, MAC ":0b,10.0.0.9", "is not a MAC address"},
	{dhcp_add_host, "52:54:00:00:00:0g,10.0.0.9", "is not a MAC address"},
	{dhcp_add_host, "*:54:00:00:00:0a,10.0.0.9", "is not a MAC address"},
	{dhcp_add_host, "01:00:5e:00:00:01,10.0.0.9", "no guest can have the MAC"},
	{dhcp_add_host, "00:00:00:00:00:00,10.0.0.9", "no guest can have the MAC"},
	{dhcp_add_host, MAC ",10.0.0", "'10.0.0' is not an IPv4 address"},
	{dhcp_add_host, MAC ",", "'' is not an IPv4 address"},
	{dhcp_add_host, MAC ",fd00::1", "is not an IPv4 address"},
	{dhcp_add_host, MAC ",10.0.0.9,", "'' is not a name"},
	{dhcp_add_host, MAC ",10.0.0.9,a,b", "'a,b' is not a name"},
	{dhcp_add_host, MAC ",10.0.0.9,a.b", "'a.b' is not a name"},
	{dhcp_add_host, MAC ",10.0.0.9,a_b", "is not a name"},
	{dhcp_add_host, MAC ",10.0.0.9,-a", "is not a name"},
	{dhcp_add_host, MAC ",10.0.0.9,a-", "is not a name"},
	{dhcp_add_host, MAC ",10.0.0.9,set:x", "is not a name"},
	{dhcp_add_host, MAC ",10.0.0.9," LABEL_63 "x", "is not a name"},
	{dhcp_add_host, MAC ",10.0.0.9,90", "dnsmasq would take it"},
	{dhcp_add_host, MAC ",10.0.0.9,45m", "dnsmasq would take it"},
	{dhcp_add_host, MAC ",10.0.0.9,2W", "dnsmasq would take it"},
	{dhcp_add_host, MAC ",10.0.0.9,ignore", "dnsmasq would take it"},
	{dhcp_add_host, MAC ",10.0.0.9,Infinite", "dnsmasq would take it"},
	{dhcp_set_lease_time, "", "not a time"},
	{dhcp_set_lease_time, "h", "not a time"},
	{dhcp_set_lease_time, "-90", "not a time"},
	{dhcp_set_lease_time, "1.5h", "not a time"},
	{dhcp_set_lease_time, "2h30m", "not a time"},
	{dhcp_set_lease_time, "2 h", "not a time"},
	{dhcp_set_lease_time, "2y", "not a time"},
	{dhcp_set_lease_time, "Infinite", "not a time"},
	{dhcp_set_lease_time, "0", "from 2 minutes"},
	{dhcp_set_lease_time, "119", "from 2 minutes"},
	{dhcp_set_lease_time, "1m", "from 2 minutes"},
	{dhcp_set_lease_time, "366d", "to 365 days"},
	{dhcp_set_lease_time, "4294967295", "to 365 days"},
	{dhcp_set_lease_time, "4294967416", "to 365 days"},
	{dhcp_set_lease_time, "18446744073709551736", "to 365 days"},
	{dhcp_add_servers, "10.0.0.9,fd00::53,9.9.9.9", NULL},
	{dhcp_add_servers, "fe80::1", NULL},
	{dhcp_add_servers, "", "'' is not an address"},
	{dhcp_add_servers, "9.9.9.9,", "'' is not an address"},
	{dhcp_add_servers, ",9.9.9.9", "'' is not an address"},
	{dhcp_add_servers, "9.9.9.9, 1.1.1.1", "' 1.1.1.1' is not an address"},
	{dhcp_add_servers, "dns.example", "is not an address"},
	{dhcp_add_servers, "[fd00::53]", "is not an address"},
	{dhcp_add_servers, "0.0.0.0", "not an address that a server can have"},
	{dhcp_add_servers, "127.0.0.53", "not an address that a server can have"},
	{dhcp_add_servers, "255.255.255.255", "not an address that a server can have"},
	{dhcp_add_servers, "::", "not an address that a server can have"},
	{dhcp_add_servers, "::1", "not an address that a server can have"},
	{dhcp_add_servers, "ff02::fb", "not an address that a server can have"},
	{dhcp_add_servers, "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,1.1.1.8", NULL},
	{dhcp_add_servers,
	 "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,1.1.1.8,1.1.1.9",
	 "more than 8 servers"},
	{dhcp_set_domain, "lan", NULL},
	{dhcp_set_domain, "a.b-c.9x", NULL},
	{dhcp_set_domain, LABELS_252, NULL},
	{dhcp_set_domain, LABELS_252 "xx", "is not a domain"},
	{dhcp_set_domain, "", "'' is not a domain"},
	{dhcp_set_domain, ".", "is not a domain"},
	{dhcp_set_domain, "lan.", "is not a domain"},
	{dhcp_set_domain, ".lan", "is not a domain"},
	{dhcp_set_domain, "a..b", "is not a domain"},
	{dhcp_set_domain, "#", "is not a domain"},
	{dhcp_set_domain, "a/b", "is not a domain"},
	{dhcp_set_domain, "a,b", "is not a domain"},
	{dhcp_set_domain, "10.0.0.1", "is not a domain"},
	{dhcp_set_domain, "a b", "is not a domain"},
	{dhcp_add_search, "a.example,b.example", NULL},
	{dhcp_add_search, "a.example,", "'' is not a domain"},
	{dhcp_add_search, "a,b,c,d,e,f", NULL},
	{dhcp_add_search, "a,b,c,d,e,f,g", "more than 6 domains"},
	{dhcp_add_search, LABELS_252, NULL},
	{dhcp_add_search, LABELS_252 ",a", "too long for a DHCP option"},
};

START_TEST(a_value_is_read_or_refused)
{
	int ret;

	dhcp_init(&dhcp);
	ret = values[_i].read(&dhcp, values[_i].text, &problem);
	ck_assert_msg(ret == (values[_i].why ? -1 : 0), "'%s': %s", values[_i].text, problem.text);
	if (!values[_i].why)
		return;
	ck_assert_int_eq(problem.status, STATUS_USAGE);
	ck_assert_msg(strstr(problem.text, values[_i].why), "'%s': %s", values[_i].text,
		      problem.text);
}
END_TEST

START_TEST(a_list_that_never_ends_is_refused)
{
	static const reader lists[] = {dhcp_add_servers, dhcp_add_search, dhcp_add_host};
	static char text[8192];

	memset(text, ',', sizeof(text) - 1);
	for (int i = 0; i < UNIT_COUNT(lists); i++) {
		dhcp_init(&dhcp);
		ck_assert_int_eq(lists[i](&dhcp, text, &problem), -1);
		memset(text, 'a', sizeof(text) - 1);
	}
}
END_TEST

START_TEST(a_reservation_is_kept)
{
	static const uint8_t mac[] = {0x52, 0x54, 0x00, 0xab, 0xcd, 0xef};

	dhcp_init(&dhcp);
	ck_assert_int_eq(dhcp_add_host(&dhcp, "52:54:00:ab:CD:ef,10.1.2.3,db", &problem), 0);
	ck_assert_uint_eq(dhcp.n_hosts, 1);
	ck_assert_mem_eq(dhcp.hosts[0].mac, mac, sizeof(mac));
	ck_assert_uint_eq(dhcp.hosts[0].address, IP(10, 1, 2, 3));
	ck_assert_str_eq(dhcp.hosts[0].name, "db");
	ck_assert_ptr_eq(dhcp_find_address(&dhcp, IP(10, 1, 2, 3)), &dhcp.hosts[0]);
	ck_assert_ptr_null(dhcp_find_address(&dhcp, IP(10, 1, 2, 4)));
}
END_TEST

static const struct {
	const char *text;
	const char *why; /* NULL: is right */
} seconds[] = {
	{"52:54:00:00:00:0b,10.0.0.8,other", NULL},
	{"52:54:00:00:00:0b,10.0.0.8", NULL},
	{"52:54:00:00:00:0A,10.0.0.8,other", "this MAC address"},
	{"52:54:00:00:00:0b,10.0.0.9,other", "this address"},
	{"52:54:00:00:00:0b,10.0.0.8,DB", "this name"},
};

START_TEST(nothing_is_reserved_twice)
{
	dhcp_init(&dhcp);
	ck_assert_int_eq(dhcp_add_host(&dhcp, MAC ",10.0.0.9,db", &problem), 0);
	ck_assert_int_eq(dhcp_add_host(&dhcp, seconds[_i].text, &problem),
			 seconds[_i].why ? -1 : 0);
	if (seconds[_i].why)
		ck_assert_ptr_nonnull(strstr(problem.text, seconds[_i].why));
	ck_assert_uint_eq(dhcp.n_hosts, seconds[_i].why ? 1 : 2);
}
END_TEST

START_TEST(reservations_have_a_number)
{
	char text[64];

	dhcp_init(&dhcp);
	for (int i = 0; i <= DHCP_HOSTS_MAX; i++) {
		snprintf(text, sizeof(text), "52:54:00:00:%02x:%02x,10.0.%d.%d", i >> 8, i & 255,
			 i >> 8, i & 255);
		ck_assert_int_eq(dhcp_add_host(&dhcp, text, &problem), i < DHCP_HOSTS_MAX ? 0 : -1);
	}
	ck_assert_ptr_nonnull(strstr(problem.text, "more than 256 reservations"));
}
END_TEST

static const struct {
	const char *text;
	const char *why; /* NULL: is right */
} places[] = {
	{MAC ",192.168.105.2", NULL},
	{MAC ",192.168.105.254", NULL},
	{MAC ",192.168.105.1", "192.168.105.1 is the gateway's"},
	{MAC ",192.168.105.0", "network address"},
	{MAC ",192.168.105.255", "broadcast address"},
	{MAC ",192.168.106.2", "is outside"},
	{MAC ",192.168.104.255", "is outside"},
	{MAC ",192.168.105.9,a", "longer than 253"},
};

START_TEST(a_reservation_lies_in_the_subnet)
{
	dhcp_init(&dhcp);
	ck_assert_int_eq(dhcp_set_domain(&dhcp, LABELS_252, &problem), 0);
	ck_assert_int_eq(dhcp_add_host(&dhcp, places[_i].text, &problem), 0);
	ck_assert_int_eq(dhcp_check_hosts(&dhcp, &subnet, &problem), places[_i].why ? -1 : 0);
	if (places[_i].why)
		ck_assert_msg(strstr(problem.text, places[_i].why), "%s", problem.text);
}
END_TEST

static const struct {
	const char *text;
	uint32_t seconds;
} times[] = {
	{"120", 120},	{"2m", 120},	    {"120s", 120},
	{"45m", 2700},	{"2h", 7200},	    {"1d", 86400},
	{"1w", 604800}, {"365d", 31536000}, {"infinite", DHCP_LEASE_INFINITE},
};

START_TEST(a_lease_time_has_units)
{
	dhcp_init(&dhcp);
	ck_assert_uint_eq(dhcp.lease_time, 3600);
	ck_assert(!dhcp.has_lease_time);
	ck_assert_int_eq(dhcp_set_lease_time(&dhcp, times[_i].text, &problem), 0);
	ck_assert_uint_eq(dhcp.lease_time, times[_i].seconds);
	ck_assert(dhcp.has_lease_time);
}
END_TEST

START_TEST(lists_add_up_and_keep_their_order)
{
	dhcp_init(&dhcp);
	ck_assert_int_eq(dhcp_add_servers(&dhcp, "9.9.9.9,fd00::53", &problem), 0);
	ck_assert_int_eq(dhcp_add_servers(&dhcp, "1.1.1.1", &problem), 0);
	ck_assert_uint_eq(dhcp.n_servers, 2);
	ck_assert_uint_eq(dhcp.servers[0], IP(9, 9, 9, 9));
	ck_assert_uint_eq(dhcp.servers[1], IP(1, 1, 1, 1));
	ck_assert_uint_eq(dhcp.n_servers6, 1);
	ck_assert_int_eq(dhcp_add_search(&dhcp, "a.example,b.example", &problem), 0);
	ck_assert_int_eq(dhcp_add_search(&dhcp, "c.example", &problem), 0);
	ck_assert_uint_eq(dhcp.n_search, 3);
	ck_assert_str_eq(dhcp.search[2], "c.example");
}
END_TEST

START_TEST(a_list_replaces_the_same_list_only)
{
	static struct dhcp other;

	dhcp_init(&dhcp);
	dhcp_init(&other);
	ck_assert_int_eq(dhcp_add_servers(&dhcp, "9.9.9.9,fd00::53", &problem), 0);
	ck_assert_int_eq(dhcp_add_search(&dhcp, "a.example", &problem), 0);
	ck_assert_int_eq(dhcp_add_host(&dhcp, MAC ",10.0.0.9", &problem), 0);
	dhcp_drop_lists(&dhcp, &other);
	ck_assert_uint_eq(dhcp.n_servers + dhcp.n_search + dhcp.n_hosts, 3);
	ck_assert_int_eq(dhcp_add_servers(&other, "1.1.1.1", &problem), 0);
	dhcp_drop_lists(&dhcp, &other);
	ck_assert_uint_eq(dhcp.n_servers + dhcp.n_servers6, 0);
	ck_assert_uint_eq(dhcp.n_search + dhcp.n_hosts, 2);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_value_is_read_or_refused, values),
		UNIT_TEST(a_list_that_never_ends_is_refused),
		UNIT_TEST(a_reservation_is_kept),
		UNIT_CASES(nothing_is_reserved_twice, seconds),
		UNIT_TEST(reservations_have_a_number),
		UNIT_CASES(a_reservation_lies_in_the_subnet, places),
		UNIT_CASES(a_lease_time_has_units, times),
		UNIT_TEST(lists_add_up_and_keep_their_order),
		UNIT_TEST(a_list_replaces_the_same_list_only),
	};

	return unit_run("dhcp", tests, UNIT_COUNT(tests));
}
