// SPDX-License-Identifier: GPL-2.0-or-later
/* Which forwards may be made while a network runs. */
#include "hostfwd_allow.h"

#include "unit.h"

static struct hostfwd_allows allows;
static struct problem problem;

static bool allowed(const char *text)
{
	struct hostfwd hostfwd;

	ck_assert_int_eq(hostfwd_parse(text, &hostfwd, &problem), 0);
	return hostfwd_allows_find(&allows, &hostfwd);
}

START_TEST(unless_told_otherwise_privileged_ports_stay_the_hosts)
{
	hostfwd_allows_init(&allows);
	ck_assert(allowed("tcp::1024-10.0.0.2:22"));
	ck_assert(allowed("udp::65535-[fd00::2]:22"));
	ck_assert(allowed("tcp:127.0.0.1:8000-8009-10.0.0.2"));
	ck_assert(!allowed("tcp::1023-10.0.0.2:22"));
	ck_assert(!allowed("tcp::1000-1030-10.0.0.2:22"));
	ck_assert_int_eq(hostfwd_allows_add(&allows, "none", &problem), 0);
	ck_assert(!allowed("tcp::1024-10.0.0.2:22"));
}
END_TEST

START_TEST(ports_and_addresses_are_bounds)
{
	allows.n = 0;
	ck_assert_int_eq(hostfwd_allows_add(&allows, "80", &problem), 0);
	ck_assert_int_eq(hostfwd_allows_add(&allows, "127.0.0.1:8000-8999", &problem), 0);
	ck_assert_int_eq(hostfwd_allows_add(&allows, "[::1]:8000-8999,@dev", &problem), 0);
	ck_assert_int_eq(hostfwd_allows_add(&allows, "2222,alice", &problem), 0);
	ck_assert(allowed("tcp::80-10.0.0.2"));
	ck_assert(allowed("tcp:192.0.2.1:80-10.0.0.2"));
	ck_assert(!allowed("tcp::79-80-10.0.0.2"));
	ck_assert(!allowed("tcp::80-81-10.0.0.2"));
	ck_assert(!allowed("tcp::8000-10.0.0.2"));
	ck_assert(!allowed("tcp:127.0.0.2:8000-10.0.0.2"));
	ck_assert(allowed("tcp:127.0.0.1:8000-8999-10.0.0.2"));
	ck_assert(allowed("tcp:[::1]:8000-[fd00::2]"));
	ck_assert_str_eq(allows.list[0].who, "");
	ck_assert_str_eq(allows.list[2].who, "@dev");
	ck_assert_str_eq(allows.list[3].who, "alice");
}
END_TEST

static const struct {
	const char *text;
	const char *why;
} wrong[] = {
	{"", "not a port"},
	{"0", "not a port"},
	{"80-", "not a port"},
	{"-80", "not a port"},
	{"70000", "not a port"},
	{"80-79", "ends (79) before it begins (80)"},
	{"ssh", "not a port"},
	{"127.0.0.1", "not a port"},
	{"127.0.0.1:", "not a port"},
	{"::1:80", "is not an address of the host"},
	{"eth0:80", "is not an address of the host"},
	{"80,", "is neither a user"},
	{"80,@", "is neither a user"},
	{"80,a b", "is neither a user"},
	{"80,a,b", "is neither a user"},
	{"80,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "is neither a user"},
};

START_TEST(what_makes_no_sense_is_refused)
{
	allows.n = 0;
	ck_assert_int_eq(hostfwd_allows_add(&allows, wrong[_i].text, &problem), -1);
	ck_assert_int_eq(problem.status, STATUS_USAGE);
	ck_assert_msg(strstr(problem.text, wrong[_i].why), "%s: %s", wrong[_i].text, problem.text);
	ck_assert_uint_eq(allows.n, 0);
}
END_TEST

START_TEST(they_have_a_number)
{
	allows.n = 0;
	for (int i = 0; i <= HOSTFWD_ALLOWS_MAX; i++)
		ck_assert_int_eq(hostfwd_allows_add(&allows, "80", &problem),
				 i < HOSTFWD_ALLOWS_MAX ? 0 : -1);
	ck_assert_ptr_nonnull(strstr(problem.text, "more than 16"));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(unless_told_otherwise_privileged_ports_stay_the_hosts),
		UNIT_TEST(ports_and_addresses_are_bounds),
		UNIT_CASES(what_makes_no_sense_is_refused, wrong),
		UNIT_TEST(they_have_a_number),
	};

	return unit_run("hostfwd_allow", tests, UNIT_COUNT(tests));
}
