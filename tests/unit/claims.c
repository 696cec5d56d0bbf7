// SPDX-License-Identifier: GPL-2.0-or-later
/* At which port each address is: shares, periods, and what stays where it is. */
#include "claims.h"

#include <errno.h>

#include "unit.h"

enum { START = 1000000, PORTS = 24 }; /* s */

static struct claims claims;
static const struct siphash_key key = {{1, 2}};

static struct in6_addr ipv4(unsigned n)
{
	return claim_map_ipv4(0x0a000000 + n);
}

static struct in6_addr ipv6(unsigned n)
{
	struct in6_addr address = {.s6_addr = {0xfd}};

	address.s6_addr32[3] = n;
	return address;
}

static void make(bool held)
{
	struct in6_addr prefix = ipv4(0);

	claims_init(&claims, &key, held);
	ck_assert_int_eq(claims_add_prefix(&claims, &prefix, 96 + 8), 0);
	prefix = ipv6(0);
	ck_assert_int_eq(claims_add_prefix(&claims, &prefix, 64), 0);
}

static enum claims_verdict say(unsigned port, enum claim_kind kind, struct in6_addr address,
			       uint32_t now)
{
	const struct claim claim = {kind, address};

	return claims_say(&claims, port, &claim, START + now);
}

/* How many of n addresses, from first on, the port may say at that time. */
static unsigned said(unsigned port, unsigned first, unsigned n, uint32_t now)
{
	unsigned passed = 0;

	for (unsigned i = 0; i < n; i++)
		passed += say(port, CLAIM_SENDER, ipv6(first + i), now) == CLAIMS_PASS;
	return passed;
}

/* What the counters must be, by a look at all entries. */
static void check_counters(void)
{
	unsigned active[2] = {0};
	unsigned held = 0;

	for (unsigned i = 0; i < CLAIMS_MAX; i++) {
		const struct claims_entry *entry = &claims.entries[i];

		if (entry->period == 0)
			continue;
		held++;
		active[!IN6_IS_ADDR_V4MAPPED(&entry->address)] +=
			claims.period - entry->period <= 1;
	}
	ck_assert_uint_eq(claims.n_held, held);
	for (int i = 0; i < 2; i++)
		ck_assert_uint_eq(claims.active[i].now + claims.active[i].before, active[i]);
}

START_TEST(hundreds_of_addresses_are_fine_and_endless_ones_are_not)
{
	make(_i);
	ck_assert_uint_eq(said(1, 0, 500, 0), 500);
	ck_assert_uint_eq(said(1, 0, 100000, 0), CLAIMS_EAGER * CLAIMS_ACTIVE / (1 + CLAIMS_EAGER));
	ck_assert_uint_eq(said(1, 0, 500, 5), 500);
	check_counters();
	/* The other family has its own neighbours. */
	ck_assert_int_eq(say(1, CLAIM_SENDER, ipv4(1), 5), CLAIMS_PASS);
	/* Another port is not kept out; nor is the last of many. */
	for (unsigned port = 2; port < PORTS; port++)
		ck_assert_uint_ge(said(port, port * 1000000, 1000, 5), CLAIMS_SHARE_MIN);
	/* But the host has some for itself, however many come. */
	for (unsigned port = PORTS; port < 1000; port++)
		said(port, port * 1000000, 10, 5);
	ck_assert_uint_eq(claims.active[1].now, CLAIMS_ALL);
	check_counters();
}
END_TEST

START_TEST(in_no_minute_are_there_more_than_the_host_can_bear)
{
	unsigned first = 0;

	make(_i);
	for (uint32_t now = 0; now < 20 * CLAIMS_PERIOD; now += 4) {
		for (unsigned port = 0; port < 4; port++) {
			said(port, first, 600, now);
			first += 600;
		}
		ck_assert_uint_le(claims.active[1].now + claims.active[1].before,
				  CLAIMS_ACTIVE + 4 * CLAIMS_SHARE_MIN);
	}
	check_counters();
	/* It goes on with new ones when the old ones are forgotten. */
	ck_assert_uint_eq(said(9, first, 300, 30 * CLAIMS_PERIOD + CLAIMS_AGE), 300);
}
END_TEST

/* The host keeps the neighbours of one who is gone, so coming again brings no others. */
START_TEST(coming_again_and_again_brings_no_more)
{
	unsigned all = 0;

	make(_i);
	for (unsigned n = 0; n < 1000; n++) {
		all += said(1, n * 1000, 1000, 0);
		claims_forget(&claims, 1);
		check_counters();
	}
	ck_assert_uint_ge(all, CLAIMS_ACTIVE);
	ck_assert_uint_le(all, CLAIMS_ALL);
	/* What was there is anyone's again, at once; and a minute later there is room for others.
	 */
	ck_assert_uint_eq(said(2, 0, 500, 0), 500);
	check_counters();
	ck_assert_uint_eq(said(3, 5000000, 500, 2 * CLAIMS_PERIOD), 500);
	check_counters();
	/* Those who are gone take no place in the table for good. */
	for (unsigned n = 1; n < 100; n++) {
		ck_assert_uint_eq(said(4, 6000000 + n * 1000, 500, (2 + 2 * n) * CLAIMS_PERIOD),
				  500);
		claims_forget(&claims, 4);
		check_counters();
	}
}
END_TEST

START_TEST(whoever_is_behind_a_neighbour_is_none)
{
	const struct in6_addr far = {.s6_addr = {0x20, 1}};

	make(false);
	for (unsigned i = 0; i < 10000; i++) {
		struct in6_addr address = far;

		address.s6_addr32[3] = i;
		ck_assert_int_eq(say(1, CLAIM_SOURCE, address, 0), CLAIMS_PASS);
	}
	ck_assert_uint_eq(claims.n_held, 0);
	ck_assert_int_eq(say(1, CLAIM_SOURCE, ipv4(9), 0), CLAIMS_PASS);
	ck_assert_int_eq(say(1, CLAIM_SENDER, far, 0), CLAIMS_PASS);
	ck_assert_uint_eq(claims.n_held, 2);
	/* A probe makes no neighbour. */
	ck_assert_int_eq(say(1, CLAIM_PROBE, ipv4(10), 0), CLAIMS_PASS);
	ck_assert_uint_eq(claims.n_held, 2);
}
END_TEST

START_TEST(addresses_move_where_they_are_not_held)
{
	make(false);
	ck_assert_int_eq(say(1, CLAIM_SENDER, ipv4(9), 0), CLAIMS_PASS);
	ck_assert_int_eq(say(2, CLAIM_SENDER, ipv4(9), 0), CLAIMS_PASS);
	ck_assert_int_eq(say(1, CLAIM_SOURCE, ipv4(9), 0), CLAIMS_PASS);
	check_counters();
	ck_assert_uint_eq(claims.n_held, 1);
}
END_TEST

static const enum claim_kind kinds[] = {CLAIM_SOURCE, CLAIM_SENDER, CLAIM_PROBE};

/* Each kind of word of it, by a neighbour, against each by which it came there. */
START_TEST(held_addresses_stay)
{
	make(true);
	for (unsigned first = 0; first < 3; first++) {
		for (unsigned then = 0; then < 3; then++) {
			struct in6_addr address = ipv4(10 * first + then);

			ck_assert_int_eq(say(1, kinds[first], address, 0), CLAIMS_PASS);
			ck_assert_int_eq(say(2, kinds[then], address, 1), CLAIMS_TAKEN);
			ck_assert_int_eq(say(1, kinds[then], address, 2), CLAIMS_PASS);
		}
	}
	check_counters();
	/* However long it is silent. */
	ck_assert_int_eq(say(1, CLAIM_SENDER, ipv4(99), 2), CLAIMS_PASS);
	ck_assert_int_eq(say(2, CLAIM_SENDER, ipv4(99), 100000), CLAIMS_TAKEN);
	/* Until its emulator ends; then at once. */
	claims_forget(&claims, 1);
	ck_assert_int_eq(say(2, CLAIM_SENDER, ipv4(99), 100000), CLAIMS_PASS);
	ck_assert_uint_eq(claims.n_held, 1);
	check_counters();
}
END_TEST

/* Whoever asked for it and then did not take it keeps it from nobody for ever. */
START_TEST(a_probe_alone_holds_for_a_while)
{
	make(true);
	ck_assert_int_eq(say(1, CLAIM_PROBE, ipv4(9), 0), CLAIMS_PASS);
	ck_assert_int_eq(say(2, CLAIM_PROBE, ipv4(9), 1), CLAIMS_TAKEN);
	ck_assert_int_eq(say(2, CLAIM_PROBE, ipv4(9), 2 * CLAIMS_PERIOD), CLAIMS_PASS);
	ck_assert_int_eq(say(2, CLAIM_SENDER, ipv4(9), 2 * CLAIMS_PERIOD), CLAIMS_PASS);
	ck_assert_int_eq(say(1, CLAIM_PROBE, ipv4(9), 10 * CLAIMS_PERIOD), CLAIMS_TAKEN);
}
END_TEST

START_TEST(what_dhcp_gives_is_at_its_new_port)
{
	const struct in6_addr address = ipv4(9);

	make(true);
	ck_assert_int_eq(say(1, CLAIM_SENDER, address, 0), CLAIMS_PASS);
	claims_give(&claims, 2, &address, START);
	ck_assert_int_eq(say(1, CLAIM_SENDER, address, 0), CLAIMS_TAKEN);
	ck_assert_int_eq(say(2, CLAIM_SENDER, address, 0), CLAIMS_PASS);
	check_counters();
	ck_assert_uint_eq(claims.ports[1].n_held, 0);
}
END_TEST

/* A port that claims all it can leaves the table to the others, and later has room of its own
 * again. */
START_TEST(one_port_cannot_fill_the_table)
{
	unsigned first = 0;

	make(true);
	for (uint32_t now = 0; now < 10000; now += CLAIMS_PERIOD) {
		said(1, first, 2000, now);
		first += 2000;
	}
	ck_assert_uint_le(claims.ports[1].n_held, CLAIMS_HELD * 3 / 4 + 1);
	ck_assert_uint_ge(said(2, 1u << 30, 200, 10000), 140);
	check_counters();
}
END_TEST

/* For whoever is not heard the host looks: only so often. */
START_TEST(those_who_are_sought)
{
	struct in6_addr address = ipv6(9);
	unsigned passed = 0;

	make(false);
	for (unsigned i = 0; i < 1000; i++) {
		address = ipv6(100 + i);
		passed += claims_seek(&claims, 1, &address, START) == CLAIMS_PASS;
	}
	ck_assert_uint_eq(passed, CLAIMS_SOUGHT_PORT);
	for (unsigned port = 2; port < PORTS; port++) {
		for (unsigned i = 0; i < 100; i++)
			passed += claims_seek(&claims, port, &address, START) == CLAIMS_PASS;
	}
	ck_assert_uint_eq(passed, CLAIMS_SOUGHT);
	/* Whoever has spoken may be spoken to, and those behind the gateway. */
	say(3, CLAIM_SENDER, address, 0);
	ck_assert_int_eq(claims_seek(&claims, 1, &address, START), CLAIMS_PASS);
	address.s6_addr[1] = 1;
	ck_assert_int_eq(claims_seek(&claims, 1, &address, START), CLAIMS_PASS);
	address = ipv6(7);
	ck_assert_int_eq(claims_seek(&claims, 1, &address, START), CLAIMS_FULL);
	ck_assert_int_eq(claims_seek(&claims, 1, &address, START + 1), CLAIMS_PASS);
}
END_TEST

static const bool modes[] = {false, true};

/* Where an address lives, and which live at a port. */
START_TEST(addresses_are_found_and_listed)
{
	const struct in6_addr outside = {.s6_addr = {0x20, 1}};
	struct in6_addr address = ipv4(7);
	struct in6_addr found[2];
	unsigned port;

	make(modes[_i]);
	ck_assert(claims_where(&claims, &address, &port));
	ck_assert_uint_eq(port, CLAIMS_NOWHERE);
	ck_assert_int_eq(say(3, CLAIM_SENDER, address, 0), CLAIMS_PASS);
	ck_assert_int_eq(say(3, CLAIM_SENDER, ipv6(7), 1), CLAIMS_PASS);
	ck_assert_int_eq(say(4, CLAIM_SENDER, ipv6(8), 1), CLAIMS_PASS);
	ck_assert(claims_where(&claims, &address, &port));
	ck_assert_uint_eq(port, 3);
	ck_assert(!claims_where(&claims, &outside, &port));
	ck_assert_uint_eq(claims_list(&claims, 3, found, 2, START + 1), 2);
	ck_assert(IN6_ARE_ADDR_EQUAL(&found[0], &address) ||
		  IN6_ARE_ADDR_EQUAL(&found[1], &address));
	ck_assert_uint_eq(claims_list(&claims, 3, found, 1, START + 1), 2);
	ck_assert_uint_eq(claims_list(&claims, 3, found, 2, START + 1 + CLAIMS_AGE), 1);
	ck_assert_uint_eq(claims_list(&claims, 5, found, 2, START + 1), 0);
}
END_TEST

START_TEST(a_prefix_within_another_takes_no_room)
{
	struct in6_addr prefix = ipv4(1 << 16);
	unsigned n;

	make(false);
	n = claims.n_prefixes;
	ck_assert_int_eq(claims_add_prefix(&claims, &prefix, 96 + 16), 0);
	prefix = ipv6(0);
	ck_assert_int_eq(claims_add_prefix(&claims, &prefix, 64), 0);
	ck_assert_uint_eq(claims.n_prefixes, n);
	ck_assert_int_eq(claims_add_prefix(&claims, &prefix, 63), 0);
	ck_assert_uint_eq(claims.n_prefixes, n + 1);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(hundreds_of_addresses_are_fine_and_endless_ones_are_not, modes),
		UNIT_CASES(in_no_minute_are_there_more_than_the_host_can_bear, modes),
		UNIT_CASES(coming_again_and_again_brings_no_more, modes),
		UNIT_TEST(whoever_is_behind_a_neighbour_is_none),
		UNIT_TEST(addresses_move_where_they_are_not_held),
		UNIT_TEST(held_addresses_stay),
		UNIT_TEST(a_probe_alone_holds_for_a_while),
		UNIT_TEST(what_dhcp_gives_is_at_its_new_port),
		UNIT_TEST(those_who_are_sought),
		UNIT_TEST(one_port_cannot_fill_the_table),
		UNIT_CASES(addresses_are_found_and_listed, modes),
		UNIT_TEST(a_prefix_within_another_takes_no_room),
	};

	return unit_run("claims", tests, UNIT_COUNT(tests));
}
