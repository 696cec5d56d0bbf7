// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether forwards fit a network and each other. */
#include "hostfwd_check.h"

#include "unit.h"

static struct hostfwd hostfwd;
static struct problem problem;
static struct dhcp dhcp;
static const struct subnet subnet = {.gateway = 0xc0a86901, .prefix = 24}; /* 192.168.105.1 */
static const struct in6_addr prefix6 = {{{0xfd, 0x12}}};

static void setup(void)
{
	dhcp_init(&dhcp);
	ck_assert_int_eq(dhcp_add_host(&dhcp, "52:54:00:00:00:01,192.168.105.9,Web", &problem), 0);
	ck_assert_int_eq(dhcp_add_host(&dhcp, "52:54:00:00:00:02,192.168.105.10", &problem), 0);
}

static int check(const char *text, const struct subnet *known, bool knows_ipv6,
		 const struct in6_addr *prefix, bool serves_dhcp)
{
	const struct hostfwd_network network = {.subnet = known,
						.knows_ipv6 = knows_ipv6,
						.prefix6 = prefix,
						.dhcp = &dhcp,
						.serves_dhcp = serves_dhcp};

	setup();
	ck_assert_int_eq(hostfwd_parse(text, &hostfwd, &problem), 0);
	return hostfwd_check(&hostfwd, &network, &problem);
}

static const struct {
	const char *text;
	const char *why; /* NULL: fits */
} guests[] = {
	{"tcp::22-192.168.105.2", NULL},
	{"tcp::22-192.168.105.254", NULL},
	{"tcp::22-192.168.106.2", "192.168.106.2 is outside the guests' subnet 192.168.105.0/24"},
	{"tcp::22-192.168.105.1", "the host's own address"},
	{"tcp::22-192.168.105.0", "network or broadcast"},
	{"tcp::22-192.168.105.255", "network or broadcast"},
	{"tcp::22-[fd12::5]", NULL},
	{"tcp::22-[fd12:0:0:1::5]", "fd12:0:0:1::5 is outside the guests' prefix fd12::/64"},
	{"tcp::22-[fd12::1]", "the host's own address"},
	{"tcp::22-[fd12::]", "the host's own address"},
	{"tcp::22-web", NULL},
	{"tcp::22-WEB", NULL},
	{"tcp::22-mail", "no --dhcp-host reserves the name mail"},
	{"tcp::22-52:54:00:00:00:09", NULL},
};

START_TEST(a_guest_is_one_of_the_network)
{
	int ret = check(guests[_i].text, &subnet, true, &prefix6, true);

	ck_assert_msg(ret == (guests[_i].why ? -1 : 0), "%s: %s", guests[_i].text, problem.text);
	if (!guests[_i].why)
		return;
	ck_assert_int_eq(problem.status, STATUS_USAGE);
	ck_assert_msg(strstr(problem.text, guests[_i].why), "%s", problem.text);
}
END_TEST

START_TEST(what_is_not_known_yet_is_not_looked_at)
{
	ck_assert_int_eq(check("tcp::22-10.0.0.2", NULL, false, NULL, true), 0);
	ck_assert_int_eq(check("tcp::22-[fd99::2]", NULL, false, NULL, true), 0);
	ck_assert_int_eq(check("tcp::22-[fd12::2]", &subnet, true, NULL, true), -1);
	ck_assert_ptr_nonnull(strstr(problem.text, "no IPv6 in this network"));
	ck_assert_int_eq(check("tcp::22-52:54:00:00:00:09", &subnet, true, NULL, false), -1);
	ck_assert_ptr_nonnull(strstr(problem.text, "without DHCP"));
}
END_TEST

START_TEST(a_reservation_is_found)
{
	setup();
	hostfwd_parse("tcp::22-web", &hostfwd, &problem);
	ck_assert_ptr_eq(hostfwd_find_host(&hostfwd, &dhcp), &dhcp.hosts[0]);
	hostfwd_parse("tcp::22-52:54:00:00:00:02", &hostfwd, &problem);
	ck_assert_ptr_eq(hostfwd_find_host(&hostfwd, &dhcp), &dhcp.hosts[1]);
	hostfwd_parse("tcp::22-52:54:00:00:00:03", &hostfwd, &problem);
	ck_assert_ptr_null(hostfwd_find_host(&hostfwd, &dhcp));
	hostfwd_parse("tcp::22-192.168.105.9", &hostfwd, &problem);
	ck_assert_ptr_null(hostfwd_find_host(&hostfwd, &dhcp));
}
END_TEST

START_TEST(the_first_that_overlaps_is_found)
{
	struct hostfwd list[2];

	hostfwd_parse("tcp::22-192.168.105.2", &list[0], &problem);
	hostfwd_parse("tcp::80-90-192.168.105.2", &list[1], &problem);
	hostfwd_parse("tcp::90-192.168.105.3", &hostfwd, &problem);
	ck_assert_ptr_eq(hostfwd_find_overlap(list, 2, &hostfwd), &list[1]);
	ck_assert_ptr_null(hostfwd_find_overlap(list, 1, &hostfwd));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_guest_is_one_of_the_network, guests),
		UNIT_TEST(what_is_not_known_yet_is_not_looked_at),
		UNIT_TEST(a_reservation_is_found),
		UNIT_TEST(the_first_that_overlaps_is_found),
	};

	return unit_run("hostfwd_check", tests, UNIT_COUNT(tests));
}
