// SPDX-License-Identifier: GPL-2.0-or-later
/* What our rules are told of guests whose ports are isolated. */
#include "apartrules.h"

#include <arpa/inet.h>

#include "unit.h"

static char text[APARTRULES_CHANGE_MAX];

static struct in6_addr address(const char *from)
{
	struct in6_addr address;

	ck_assert_int_eq(inet_pton(AF_INET6, from, &address), 1);
	return address;
}

START_TEST(each_family_has_its_set)
{
	const struct in6_addr both[] = {address("::ffff:192.168.105.9"), address("fd00::9"),
					address("::ffff:192.168.105.10")};

	ck_assert_str_eq(apartrules_format_change("t", true, true, both, 3, text),
			 "add element inet t apart { 192.168.105.9, 192.168.105.10, }\n"
			 "add element inet t apart6 { fd00::9, }\n");
	/* Where one is not there, all others go. */
	ck_assert_str_eq(apartrules_format_change("t", true, false, both, 2, text),
			 "add element inet t apart { 192.168.105.9, }\n"
			 "delete element inet t apart { 192.168.105.9, }\n"
			 "add element inet t apart6 { fd00::9, }\n"
			 "delete element inet t apart6 { fd00::9, }\n");
	/* Without IPv6 there is no such set. */
	ck_assert_str_eq(apartrules_format_change("t", false, true, both + 1, 1, text), "");
	ck_assert_str_eq(apartrules_format_change("t", true, false, both, 0, text), "");
}
END_TEST

/* By the sender, where we see that. */
START_TEST(guests_of_taps_have_a_set)
{
	const uint8_t mac[MAC_SIZE] = {0x02, 0, 0, 0, 0, 0x01};
	char commands[APARTRULES_SENDER_MAX];

	apartrules_format_sender("t", true, mac, commands);
	ck_assert_str_eq(commands, "add element inet t apart_senders { 02:00:00:00:00:01 }\n");
	apartrules_format_sender("t", false, mac, commands);
	ck_assert_str_eq(commands, "add element inet t apart_senders { 02:00:00:00:00:01 }\n"
				   "delete element inet t apart_senders { 02:00:00:00:00:01 }\n");
	apartrules_format(true, text);
	ck_assert(strstr(text, "ether saddr @apart_senders goto drop_isolated\n"));
}
END_TEST

START_TEST(the_longest_change_has_room)
{
	struct in6_addr many[APARTRULES_CHANGE_ADDRESSES];
	const char *table = "vde_vmnet-a-name-that-is-as-long-as-one-can-be";

	for (unsigned i = 0; i < APARTRULES_CHANGE_ADDRESSES; i++)
		many[i] = address("fd00:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	apartrules_format_change(table, true, false, many, APARTRULES_CHANGE_ADDRESSES, text);
	ck_assert_uint_gt(strlen(text), 2 * 40 * APARTRULES_CHANGE_ADDRESSES);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(each_family_has_its_set),
		UNIT_TEST(guests_of_taps_have_a_set),
		UNIT_TEST(the_longest_change_has_room),
	};

	return unit_run("apartrules", tests, UNIT_COUNT(tests));
}
