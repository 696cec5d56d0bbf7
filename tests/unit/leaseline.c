// SPDX-License-Identifier: GPL-2.0-or-later
#include "leaseline.h"

#include "unit.h"

static const struct {
	const char *line;
	struct leaseline lease;
} lines[] = {
	{"1795974816 52:54:00:12:34:56 192.168.105.5 web 01:52:54:00:12:34:56",
	 {1795974816, false, "52:54:00:12:34:56", "192.168.105.5", "web", "01:52:54:00:12:34:56"}},
	{"0 52:54:00:12:34:56 192.168.105.5 * *",
	 {0, false, "52:54:00:12:34:56", "192.168.105.5", "", ""}},
	{"1795974816 T123456 fd61::1001 web 00:01:00:01:31",
	 {1795974816, true, "T123456", "fd61::1001", "web", "00:01:00:01:31"}},
};

START_TEST(a_lease_is_read)
{
	struct leaseline lease;

	ck_assert(leaseline_read(&lease, lines[_i].line));
	ck_assert_int_eq(lease.expires, lines[_i].lease.expires);
	ck_assert_int_eq(lease.ipv6, lines[_i].lease.ipv6);
	ck_assert_str_eq(lease.mac, lines[_i].lease.mac);
	ck_assert_str_eq(lease.address, lines[_i].lease.address);
	ck_assert_str_eq(lease.name, lines[_i].lease.name);
	ck_assert_str_eq(lease.id, lines[_i].lease.id);
}
END_TEST

static const char *const others[] = {
	"",
	" ",
	"duid 00:03:00:01:52:54:00:12:34:56",
	"1795974816",
	"1795974816 ",
	"1795974816 52:54:00:12:34:56",
	"1795974816 52:54:00:12:34:56 192.168.105.5",
	"1795974816 52:54:00:12:34:56 192.168.105.5 web",
	"1795974816 52:54:00:12:34:56 192.168.105.5 web ",
	"1795974816  192.168.105.5 web *",
	"1795974816 52:54:00:12:34:56 192.168.105 web *",
	"-5 52:54:00:12:34:56 192.168.105.5 web *",
	"111111111111111111111111 52:54:00:12:34:56 192.168.105.5 web *",
	"1 52:54:00:12:34:56 1111111111111111111111111111111111111111111111 web *",
};

START_TEST(what_is_none_is_none)
{
	struct leaseline lease;

	ck_assert(!leaseline_read(&lease, others[_i]));
}
END_TEST

START_TEST(words_have_a_length)
{
	struct leaseline lease;
	char line[1024];

	for (int name = LEASELINE_NAME_MAX - 2; name < LEASELINE_NAME_MAX + 2; name++) {
		snprintf(line, sizeof(line), "1 52:54:00:12:34:56 192.168.105.5 %0*d *", name, 1);
		ck_assert_int_eq(leaseline_read(&lease, line), name < LEASELINE_NAME_MAX);
	}
	for (int id = LEASELINE_ID_MAX - 2; id < LEASELINE_ID_MAX + 2; id++) {
		snprintf(line, sizeof(line), "1 52:54:00:12:34:56 192.168.105.5 web %0*d", id, 1);
		ck_assert_int_eq(leaseline_read(&lease, line), id < LEASELINE_ID_MAX);
	}
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_lease_is_read, lines),
		UNIT_CASES(what_is_none_is_none, others),
		UNIT_TEST(words_have_a_length),
	};

	return unit_run("leaseline", tests, UNIT_COUNT(tests));
}
