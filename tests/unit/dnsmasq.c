// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line of dnsmasq. */
#include "dnsmasq_arguments.h"

#include "unit.h"

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

static const struct subnet subnet = {.gateway = IP(192, 168, 105, 1),
				     .prefix = 24,
				     .dhcp_first = IP(192, 168, 105, 2),
				     .dhcp_last = IP(192, 168, 105, 254)};

static struct dhcp dhcp = {.lease_time = 3600, .domain = "vmnet.internal"};

static struct dnsmasq_config config = {
	.device = "vmnet-shared",
	.subnet = &subnet,
	.dhcp = &dhcp,
	.serves_dhcp = true,
	.advertises = true,
	.serves_dns = true,
	.outside = true,
	.resolv_file = "/run/vde_vmnet/shared.resolv",
	.mtu = 1500,
	.lease_file = "/var/lib/vde_vmnet/shared.leases",
};

static struct dnsmasq_arguments arguments;

static bool has(const char *argument)
{
	for (unsigned i = 0; i < arguments.n; i++) {
		if (strcmp(arguments.argv[i], argument) == 0)
			return true;
	}
	return false;
}

static bool has_any(const char *start)
{
	for (unsigned i = 0; i < arguments.n; i++) {
		if (strncmp(arguments.argv[i], start, strlen(start)) == 0)
			return true;
	}
	return false;
}

static const char *const always[] = {
	"dnsmasq",
	"--keep-in-foreground",
	"--conf-file=/dev/null",
	"--log-facility=-",
	"--pid-file=",
	"--bind-dynamic",
	"--interface=vmnet-shared",
	"--except-interface=lo",
	"--no-hosts",
	"--domain=vmnet.internal",
	"--local=/vmnet.internal/",
	"--host-record=gateway.vmnet.internal,gateway,host.vmnet.internal,host,192.168.105.1",
	"--resolv-file=/run/vde_vmnet/shared.resolv",
	"--no-poll",
	"--strict-order",
	"--local=/localhost/",
	"--domain=vmnet.internal,192.168.105.0/24,local",
};

START_TEST(dns_is_served_with_and_without_dhcp)
{
	config.serves_dhcp = true;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert_msg(has(always[_i]), "%s", always[_i]);
	config.serves_dhcp = false;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert_msg(has(always[_i]), "%s", always[_i]);
}
END_TEST

START_TEST(without_an_outside_there_is_no_way_to_it)
{
	config.serves_dhcp = true;
	config.outside = true;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(!has("--no-resolv"));
	ck_assert(!has("--domain-needed"));
	ck_assert(!has("--bogus-priv"));
	ck_assert(!has_any("--dhcp-option=option:router"));
	config.outside = false;
	config.resolv_file = NULL;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(has("--no-resolv"));
	ck_assert(has("--dhcp-option=option:router"));
	config.serves_dhcp = false;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(has("--no-resolv"));
	ck_assert(has("--bogus-priv"));
	ck_assert(!has_any("--dhcp-option"));
	ck_assert(!has_any("--resolv-file"));
}
END_TEST

static const char *const with_dhcp[] = {
	"--dhcp-range=192.168.105.2,192.168.105.254,255.255.255.0,3600",
	"--dhcp-authoritative",
	"--no-ping",
	"--dhcp-lease-max=253",
	"--dhcp-leasefile=/var/lib/vde_vmnet/shared.leases",
	"--dhcp-option=option:mtu,1500",
	"--quiet-dhcp",
	"--dhcp-ignore-clid",
	"--bootp-dynamic",
	"--dhcp-match=set:dhcp,53",
	"--dhcp-host=*:*:*:*:*:*,tag:!dhcp,86400",
	"--dhcp-name-match=set:closed,wpad",
	"--dhcp-name-match=set:closed,wpad.*",
	"--dhcp-name-match=set:closed,gateway",
	"--dhcp-ignore-names=tag:closed",
};

START_TEST(dhcp_is_served_when_asked_for)
{
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert_msg(has(with_dhcp[_i]), "%s", with_dhcp[_i]);
}
END_TEST

START_TEST(without_dhcp_nothing_is_said_of_it)
{
	config.serves_dhcp = false;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(!has_any("--dhcp"));
	ck_assert(!has("--no-ping"));
	ck_assert(!has_any("--quiet-dhcp"));
	ck_assert(!has_any("--log-dhcp"));
}
END_TEST

static const char *const with_ipv6[] = {
	"--enable-ra",
	"--dhcp-range=fd12:3456:789a:bcde::1000,fd12:3456:789a:bcde::1fff,slaac,ra-names,64,3600",
	"--ra-param=vmnet-shared,mtu:1500,200,0",
	"--dhcp-option=option6:dns-server,[fd12:3456:789a:bcde::1]",
	"--dhcp-option=option6:domain-search,vmnet.internal",
	"--dhcp-lease-max=4349",
	"--quiet-dhcp6",
	"--quiet-ra",
};

START_TEST(ipv6_is_served_with_dhcp)
{
	struct in6_addr prefix = ula_make(0x123456789abcde);

	config.prefix6 = &prefix;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert_msg(has(with_ipv6[_i]), "%s", with_ipv6[_i]);
	config.serves_dhcp = false;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert_msg(!has(with_ipv6[_i]), "%s", with_ipv6[_i]);
}
END_TEST

START_TEST(without_dns_guests_are_told_no_server)
{
	struct in6_addr prefix = ula_make(0x123456789abcde);

	config.prefix6 = &prefix;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(!has("--port=0"));
	config.serves_dns = false;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(has("--port=0"));
	ck_assert(!has_any("--dhcp-option=option:dns-server"));
	ck_assert(has("--dhcp-option=option6:dns-server"));
}
END_TEST

START_TEST(another_program_at_the_gateway_is_told)
{
	config.dns_elsewhere = true;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(has("--port=0"));
	ck_assert(has("--dhcp-option=option:dns-server,192.168.105.1"));
}
END_TEST

START_TEST(without_advertisements_there_is_dhcpv6)
{
	struct in6_addr prefix = ula_make(0x123456789abcde);

	config.prefix6 = &prefix;
	config.advertises = false;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(!has("--enable-ra"));
	ck_assert(!has_any("--ra-param"));
	ck_assert(has("--dhcp-range=fd12:3456:789a:bcde::1000,fd12:3456:789a:bcde::1fff,64,3600"));
}
END_TEST

START_TEST(the_gateways_names_are_of_both_families)
{
	struct in6_addr prefix = ula_make(0x123456789abcde);

	config.prefix6 = &prefix;
	config.serves_dhcp = false;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(has("--host-record=gateway.vmnet.internal,gateway,host.vmnet.internal,host,"
		      "192.168.105.1,fd12:3456:789a:bcde::1"));
	ck_assert(has("--domain=vmnet.internal,fd12:3456:789a:bcde::/64,local"));
}
END_TEST

START_TEST(guests_take_us_for_a_router_only_where_we_are_one)
{
	struct in6_addr prefix = ula_make(0);

	config.prefix6 = &prefix;
	config.routed6 = true;
	config.mtu = 9000;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(has("--ra-param=vmnet-shared,mtu:9000,200,1800"));
	config.verbose = true;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(!has_any("--quiet"));
	ck_assert_uint_lt(arguments.n, DNSMASQ_ARGUMENTS_MAX);
}
END_TEST

START_TEST(transactions_are_logged_when_asked_for)
{
	config.verbose = true;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(has("--log-dhcp"));
	ck_assert(!has("--quiet-dhcp"));
}
END_TEST

static const struct {
	unsigned mtu;
	const char *option;
} mtus[] = {{576, "--dhcp-option=option:mtu,576"}, {65520, "--dhcp-option=option:mtu,65520"}};

START_TEST(guests_are_told_the_mtu)
{
	config.mtu = mtus[_i].mtu;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(has(mtus[_i].option));
}
END_TEST

START_TEST(a_reservation_has_room_beside_a_full_range)
{
	dhcp.n_hosts = 2;
	dhcp.hosts[0] = (struct dhcp_host){
		.mac = {0x52, 0x54, 0, 0, 0, 0x0a}, .address = IP(192, 168, 105, 7), .name = "db"};
	dhcp.hosts[1] = (struct dhcp_host){.mac = {0x52, 0x54, 0, 0, 0, 0xb0},
					   .address = IP(192, 168, 105, 200)};
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(has("--dhcp-lease-max=255"));
	ck_assert(has("--dhcp-host=52:54:00:00:00:0a,tag:!none,192.168.105.7,db"));
	ck_assert(has("--host-record=db.vmnet.internal,db,192.168.105.7"));
	ck_assert(has("--dhcp-host=52:54:00:00:00:b0,tag:!none,192.168.105.200"));
}
END_TEST

START_TEST(times_servers_and_domains_are_told)
{
	ck_assert(!has_any("--dhcp-option=option:dns-server"));
	dhcp = (struct dhcp){.lease_time = DHCP_LEASE_INFINITE,
			     .domain = "lab.example",
			     .n_servers = 2,
			     .servers = {IP(9, 9, 9, 9), IP(1, 1, 1, 1)},
			     .n_search = 2,
			     .search = {"a.example", "b.example"}};
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(has("--dhcp-range=192.168.105.2,192.168.105.254,255.255.255.0,infinite"));
	ck_assert(has("--dhcp-option=option:dns-server,9.9.9.9,1.1.1.1"));
	ck_assert(has("--dhcp-option=option:domain-search,a.example,b.example"));
	ck_assert(has("--domain=lab.example"));
	ck_assert(has("--local=/lab.example/"));
}
END_TEST

START_TEST(the_most_and_the_longest_fit)
{
	memset(dhcp.domain, 'd', 253 - DHCP_LABEL_MAX - 1);
	config.prefix6 =
		&(struct in6_addr){.s6_addr = {0xfd, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11}};
	dhcp.n_hosts = DHCP_HOSTS_MAX;
	for (unsigned i = 0; i < DHCP_HOSTS_MAX; i++)
		memset(dhcp.hosts[i].name, 'n', DHCP_LABEL_MAX);
	dhcp.n_servers = DHCP_SERVERS_MAX;
	dhcp.n_search = 1;
	memset(dhcp.search[0], 's', DHCP_DOMAIN_MAX);
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert_uint_le(arguments.n, DNSMASQ_ARGUMENTS_MAX);
	/* Longer than a name can be: dnsmasq would not start. */
	memset(dhcp.domain, 'd', DHCP_DOMAIN_MAX);
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(has("--host-record=gateway,host,192.168.105.1,fd11:1111:1111:1111::1"));
}
END_TEST

static const struct {
	struct subnet subnet;
	const char *range;
	const char *leases;
} ranges[] = {
	{{IP(192, 168, 0, 5), 30, IP(192, 168, 0, 6), IP(192, 168, 0, 6)},
	 "--dhcp-range=192.168.0.6,192.168.0.6,255.255.255.252,3600",
	 "--dhcp-lease-max=1"},
	{{IP(10, 0, 0, 1), 8, IP(10, 0, 0, 2), IP(10, 0, 255, 255)},
	 "--dhcp-range=10.0.0.2,10.0.255.255,255.0.0.0,3600",
	 "--dhcp-lease-max=65534"},
	{{IP(10, 0, 0, 1), 8, IP(10, 0, 0, 2), IP(10, 255, 255, 254)},
	 "--dhcp-range=10.0.0.2,10.255.255.254,255.0.0.0,3600",
	 "--dhcp-lease-max=65536"},
	{{IP(172, 16, 0, 1), 12, IP(172, 16, 0, 2), IP(172, 31, 255, 254)},
	 "--dhcp-range=172.16.0.2,172.31.255.254,255.240.0.0,3600",
	 "--dhcp-lease-max=65536"},
};

START_TEST(the_range_and_its_leases_are_the_subnets)
{
	config.subnet = &ranges[_i].subnet;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(has(ranges[_i].range));
	ck_assert(has(ranges[_i].leases));
}
END_TEST

START_TEST(the_arguments_end_with_null)
{
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert_str_eq(arguments.argv[0], "dnsmasq");
	ck_assert_uint_lt(arguments.n, DNSMASQ_ARGUMENTS_MAX);
	ck_assert_ptr_null(arguments.argv[arguments.n]);
}
END_TEST

START_TEST(arguments_are_made_anew_each_time)
{
	unsigned n;

	dnsmasq_make_arguments(&arguments, &config);
	n = arguments.n;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert_uint_eq(arguments.n, n);
	config.serves_dhcp = false;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert_uint_eq(arguments.n, UNIT_COUNT(always));
	ck_assert_ptr_null(arguments.argv[arguments.n]);
}
END_TEST

START_TEST(the_longest_lease_file_fits)
{
	char lease_file[128]; /* as a plan's */

	memset(lease_file, 'l', sizeof(lease_file) - 1);
	lease_file[sizeof(lease_file) - 1] = '\0';
	config.lease_file = lease_file;
	dnsmasq_make_arguments(&arguments, &config);
	for (unsigned i = 0; i < arguments.n; i++) {
		if (strncmp(arguments.argv[i], "--dhcp-leasefile=", 17) == 0)
			ck_assert_str_eq(arguments.argv[i] + 17, lease_file);
	}
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(dns_is_served_with_and_without_dhcp, always),
		UNIT_TEST(without_an_outside_there_is_no_way_to_it),
		UNIT_CASES(dhcp_is_served_when_asked_for, with_dhcp),
		UNIT_TEST(without_dhcp_nothing_is_said_of_it),
		UNIT_CASES(ipv6_is_served_with_dhcp, with_ipv6),
		UNIT_TEST(without_dns_guests_are_told_no_server),
		UNIT_TEST(another_program_at_the_gateway_is_told),
		UNIT_TEST(without_advertisements_there_is_dhcpv6),
		UNIT_TEST(the_gateways_names_are_of_both_families),
		UNIT_TEST(guests_take_us_for_a_router_only_where_we_are_one),
		UNIT_TEST(transactions_are_logged_when_asked_for),
		UNIT_CASES(guests_are_told_the_mtu, mtus),
		UNIT_TEST(a_reservation_has_room_beside_a_full_range),
		UNIT_TEST(times_servers_and_domains_are_told),
		UNIT_TEST(the_most_and_the_longest_fit),
		UNIT_CASES(the_range_and_its_leases_are_the_subnets, ranges),
		UNIT_TEST(the_arguments_end_with_null),
		UNIT_TEST(arguments_are_made_anew_each_time),
		UNIT_TEST(the_longest_lease_file_fits),
	};

	return unit_run("dnsmasq", tests, UNIT_COUNT(tests));
}
