// SPDX-License-Identifier: GPL-2.0-or-later
#include "ula.h"

#include <arpa/inet.h>

#include "unit.h"

static const struct {
	const char *text;
	const char *prefix;
} prefixes[] = {
	{"fd12:3456:789a:bcde::", "fd12:3456:789a:bcde::"},
	{"fd12:3456:789a:bcde::/64", "fd12:3456:789a:bcde::"},
	{"FD12:3456:789A:BCDE:0:0:0:0", "fd12:3456:789a:bcde::"},
	{"fd00::", "fd00::"},
	{"fd00::/64", "fd00::"},
	{"fdff:ffff:ffff:ffff::", "fdff:ffff:ffff:ffff::"},
};

START_TEST(a_prefix_is_read_and_written)
{
	struct in6_addr prefix;
	char text[ULA_TEXT_MAX];

	ck_assert_ptr_null(ula_parse(prefixes[_i].text, &prefix));
	ck_assert_str_eq(ula_format(&prefix, text), prefixes[_i].prefix);
}
END_TEST

#define NO_PREFIX "not an IPv6 prefix"
#define NO_LENGTH "has 64 bits"
#define NO_ULA	  "not a unique local"
#define HOST_BITS "after the first 64"
static const struct {
	const char *text;
	const char *why;
} wrong[] = {
	{"", NO_PREFIX},
	{"/64", NO_PREFIX},
	{"fd00", NO_PREFIX},
	{"fd00::%lo", NO_PREFIX},
	{" fd00::", NO_PREFIX},
	{"fd00:: ", NO_PREFIX},
	{"fd00::1::", NO_PREFIX},
	{"192.168.105.1", NO_PREFIX},
	{"fd00:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", NO_PREFIX},
	{"fd00::/", NO_LENGTH},
	{"fd00::/48", NO_LENGTH},
	{"fd00::/65", NO_LENGTH},
	{"fd00::/064", NO_LENGTH},
	{"fd00::/64/64", NO_LENGTH},
	{"fd00::1/128", NO_LENGTH},
	{"fc00::", NO_ULA},
	{"fe80::", NO_ULA},
	{"2001:db8::", NO_ULA},
	{"::", NO_ULA},
	{"fd00::1", HOST_BITS},
	{"fd00::1/64", HOST_BITS},
	{"fd00:0:0:0:8000::", HOST_BITS},
};

START_TEST(what_is_no_prefix_is_refused_and_changes_nothing)
{
	struct in6_addr prefix = {.s6_addr = {1, 2, 3}};
	const struct in6_addr before = prefix;
	const char *why = ula_parse(wrong[_i].text, &prefix);

	ck_assert_msg(why && strstr(why, wrong[_i].why), "'%s': %s", wrong[_i].text,
		      why ? why : "taken");
	ck_assert_mem_eq(&prefix, &before, sizeof(prefix));
}
END_TEST

static const struct {
	uint64_t number;
	const char *prefix;
} numbers[] = {
	{0, "fd00::"},
	{0x123456789abcde, "fd12:3456:789a:bcde::"},
	{0xff123456789abcde, "fd12:3456:789a:bcde::"},
	{UINT64_MAX, "fdff:ffff:ffff:ffff::"},
};

START_TEST(a_number_makes_a_prefix)
{
	struct in6_addr prefix = ula_make(numbers[_i].number);
	char text[ULA_TEXT_MAX];

	ck_assert_str_eq(ula_format(&prefix, text), numbers[_i].prefix);
	ck_assert_ptr_null(ula_parse(text, &prefix));
}
END_TEST

START_TEST(addresses_lie_in_the_prefix)
{
	struct in6_addr prefix = ula_make(0x123456789abcde);
	struct in6_addr gateway = ula_gateway(&prefix);
	struct in6_addr last = ula_address(&prefix, ULA_POOL_LAST);
	char text[ULA_TEXT_MAX];

	ck_assert_str_eq(ula_format(&gateway, text), "fd12:3456:789a:bcde::1");
	ck_assert_str_eq(ula_format(&last, text), "fd12:3456:789a:bcde::1fff");
	ck_assert(ula_same_start(&prefix, &last, ULA_BITS));
}
END_TEST

static const struct {
	const char *a;
	const char *b;
	unsigned bits; /* that they share, exactly */
} starts[] = {
	{"::", "8000::", 0},
	{"fd00::", "fc00::", 7},
	{"fd00::", "fd80::", 8},
	{"fd00:0:0:1::", "fd00::", 63},
	{"fd00::8000:0:0:0", "fd00::", 64},
	{"fd00::1", "fd00::", 127},
	{"fd00::1", "fd00::1", 128},
};

START_TEST(starts_are_compared_by_bits)
{
	struct in6_addr a;
	struct in6_addr b;

	ck_assert_int_eq(inet_pton(AF_INET6, starts[_i].a, &a), 1);
	ck_assert_int_eq(inet_pton(AF_INET6, starts[_i].b, &b), 1);
	for (unsigned bits = 0; bits <= 128; bits++)
		ck_assert_msg(ula_same_start(&a, &b, bits) == (bits <= starts[_i].bits), "%u bits",
			      bits);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_prefix_is_read_and_written, prefixes),
		UNIT_CASES(what_is_no_prefix_is_refused_and_changes_nothing, wrong),
		UNIT_CASES(a_number_makes_a_prefix, numbers),
		UNIT_TEST(addresses_lie_in_the_prefix),
		UNIT_CASES(starts_are_compared_by_bits, starts),
	};

	return unit_run("ula", tests, UNIT_COUNT(tests));
}
