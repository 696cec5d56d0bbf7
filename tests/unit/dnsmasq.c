// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line of dnsmasq. */
#include "dnsmasq.h"

#include "unit.h"

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

static const struct subnet subnet = {.gateway = IP(192, 168, 105, 1),
				     .prefix = 24,
				     .dhcp_first = IP(192, 168, 105, 2),
				     .dhcp_last = IP(192, 168, 105, 254)};

static struct dnsmasq_config config = {
	.device = "vmnet-shared",
	.subnet = &subnet,
	.dhcp = true,
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
	"--domain-needed",
	"--bogus-priv",
	"--domain=vmnet.internal",
	"--local=/vmnet.internal/",
};

START_TEST(dns_is_served_with_and_without_dhcp)
{
	config.dhcp = true;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert_msg(has(always[_i]), "%s", always[_i]);
	config.dhcp = false;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert_msg(has(always[_i]), "%s", always[_i]);
}
END_TEST

static const char *const with_dhcp[] = {
	"--dhcp-range=192.168.105.2,192.168.105.254,255.255.255.0,1h",
	"--dhcp-authoritative",
	"--no-ping",
	"--dhcp-lease-max=253",
	"--dhcp-leasefile=/var/lib/vde_vmnet/shared.leases",
	"--dhcp-option=option:mtu,1500",
	"--quiet-dhcp",
};

START_TEST(dhcp_is_served_when_asked_for)
{
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert_msg(has(with_dhcp[_i]), "%s", with_dhcp[_i]);
}
END_TEST

START_TEST(without_dhcp_nothing_is_said_of_it)
{
	config.dhcp = false;
	dnsmasq_make_arguments(&arguments, &config);
	ck_assert(!has_any("--dhcp"));
	ck_assert(!has("--no-ping"));
	ck_assert(!has_any("--quiet-dhcp"));
	ck_assert(!has_any("--log-dhcp"));
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

static const struct {
	struct subnet subnet;
	const char *range;
	const char *leases;
} ranges[] = {
	{{IP(192, 168, 0, 5), 30, IP(192, 168, 0, 6), IP(192, 168, 0, 6)},
	 "--dhcp-range=192.168.0.6,192.168.0.6,255.255.255.252,1h",
	 "--dhcp-lease-max=1"},
	{{IP(10, 0, 0, 1), 8, IP(10, 0, 0, 2), IP(10, 0, 255, 255)},
	 "--dhcp-range=10.0.0.2,10.0.255.255,255.0.0.0,1h",
	 "--dhcp-lease-max=65534"},
	{{IP(10, 0, 0, 1), 8, IP(10, 0, 0, 2), IP(10, 255, 255, 254)},
	 "--dhcp-range=10.0.0.2,10.255.255.254,255.0.0.0,1h",
	 "--dhcp-lease-max=65536"},
	{{IP(172, 16, 0, 1), 12, IP(172, 16, 0, 2), IP(172, 31, 255, 254)},
	 "--dhcp-range=172.16.0.2,172.31.255.254,255.240.0.0,1h",
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
	config.dhcp = false;
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
		UNIT_CASES(dhcp_is_served_when_asked_for, with_dhcp),
		UNIT_TEST(without_dhcp_nothing_is_said_of_it),
		UNIT_TEST(transactions_are_logged_when_asked_for),
		UNIT_CASES(guests_are_told_the_mtu, mtus),
		UNIT_CASES(the_range_and_its_leases_are_the_subnets, ranges),
		UNIT_TEST(the_arguments_end_with_null),
		UNIT_TEST(arguments_are_made_anew_each_time),
		UNIT_TEST(the_longest_lease_file_fits),
	};

	return unit_run("dnsmasq", tests, UNIT_COUNT(tests));
}
