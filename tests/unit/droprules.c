// SPDX-License-Identifier: GPL-2.0-or-later
#include "droprules.h"

#include "unit.h"

static char text[DROPRULES_MAX];

/* Every reason, where it is in force, has what the others refer to. */
START_TEST(each_reason_has_a_chain_a_set_and_words)
{
	bool seen[DROPRULES] = {false};

	for (int outside = 0; outside < 2; outside++) {
		droprules_format(outside, text);
		for (int i = 0; i < DROPRULES; i++) {
			char chain[64];
			char set[64];

			snprintf(chain, sizeof(chain), "\tchain %s {\n",
				 droprules_chain((enum droprule)i));
			snprintf(set, sizeof(set), "\tset %s {\n", droprules_set((enum droprule)i));
			ck_assert_int_eq(!strstr(text, chain), !strstr(text, set));
			seen[i] |= strstr(text, chain) != NULL;
			ck_assert_ptr_nonnull(droprules_what((enum droprule)i));
		}
		ck_assert_uint_lt(strlen(text), DROPRULES_MAX - 1);
		ck_assert_ptr_null(strchr(text, '%'));
	}
	for (int i = 0; i < DROPRULES; i++)
		ck_assert(seen[i]);
}
END_TEST

START_TEST(only_what_is_of_guests_is_answered)
{
	for (int i = 0; i < DROPRULES; i++) {
		if (droprules_refuses((enum droprule)i))
			ck_assert_int_eq(strncmp(droprules_what((enum droprule)i), "guests ", 7),
					 0);
	}
}
END_TEST

/* As nft 1.0.6 lists a table. */
static const char list[] = "table inet vde_vmnet-shared {\n"
			   "\tcounter dropped_source {\n"
			   "\t\tpackets 3 bytes 252\n"
			   "\t}\n\n"
			   "\tcounter dropped_unasked {\n"
			   "\t\tpackets 18446744073709551615 bytes 0\n"
			   "\t}\n\n"
			   "\tset who_source {\n"
			   "\t\ttype ether_addr\n"
			   "\t\tsize 16\n"
			   "\t\tflags dynamic,timeout\n"
			   "\t\ttimeout 1m\n"
			   "\t\telements = { 52:54:00:00:00:09 timeout 1m expires 58s,\n"
			   "\t\t\t     52:54:00:00:00:0a timeout 1m expires 58s }\n"
			   "\t}\n}\n";

START_TEST(counters_and_senders_are_read)
{
	uint64_t counts[DROPRULES];
	char mac[DROPRULES_MAC_MAX];

	droprules_read(list, counts);
	ck_assert_uint_eq(counts[DROPRULE_SOURCE], 3);
	ck_assert_uint_eq(counts[DROPRULE_UNASKED], UINT64_MAX);
	ck_assert_uint_eq(counts[DROPRULE_TRANSIT], 0);
	ck_assert(droprules_read_mac(list, mac));
	ck_assert_str_eq(mac, "52:54:00:00:00:09");
	ck_assert(!droprules_read_mac("set who_source {\n}\n", mac));
	ck_assert(!droprules_read_mac("elements = { 10.0.0.1 }", mac));
	ck_assert(!droprules_read_mac("elements = { 76:6d:01:02:03:04 timeout 1m }", mac));
	ck_assert(droprules_read_mac("elements = { 76:6e:01:02:03:04 timeout 1m }", mac));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(each_reason_has_a_chain_a_set_and_words),
		UNIT_TEST(only_what_is_of_guests_is_answered),
		UNIT_TEST(counters_and_senders_are_read),
	};

	return unit_run("droprules", tests, UNIT_COUNT(tests));
}
