// SPDX-License-Identifier: GPL-2.0-or-later
/* Who leases at which port: shares, and what becomes of those who are gone. */
#include "lessees.h"

#include "dissected.h"
#include "unit.h"

enum { MAX = 64, NOW = 1000, HOUR = 3600 };

static struct lessees lessees;
static unsigned n_released;
static struct dhcpmessage released; /* the last */

static void note_release(struct lessees *of, const struct frame *frame)
{
	ck_assert_ptr_eq(of, &lessees);
	dhcpmessage_read_client(&released, dissected(frame));
	ck_assert_int_eq(released.kind, DHCPMESSAGE_RELEASE);
	n_released++;
}

static void make(void)
{
	static const struct siphash_key key = {{3, 4}};
	static const struct dhcpmessage_place place = {{2, 0, 0, 0, 0, 1}, 0x0169a8c0};

	lessees_init(&lessees, &key, MAX, &place, note_release);
	n_released = 0;
}

static struct in6_addr address_of(bool ipv6, unsigned n)
{
	struct in6_addr address = {.s6_addr = {0xfd, [10] = 0xff, [11] = 0xff}};

	if (!ipv6)
		address.s6_addr[0] = 0;
	address.s6_addr[13] = 105;
	address.s6_addr[14] = (uint8_t)(n >> 8);
	address.s6_addr[15] = (uint8_t)n;
	return address;
}

/* A message of client number n, about one lease. */
static struct dhcpmessage message_of(enum dhcpmessage_kind kind, bool ipv6, unsigned n)
{
	struct dhcpmessage message = {.kind = kind,
				      .ipv6 = ipv6,
				      .n_leases = 1,
				      .mac = {2, 0, 0, 1, (uint8_t)(n >> 8), (uint8_t)n}};

	if (ipv6)
		message.duid = (struct dhcpmessage_duid){4, {1, 0, (uint8_t)(n >> 8), (uint8_t)n}};
	if (ipv6 && kind == DHCPMESSAGE_GRANT)
		message.server = (struct dhcpmessage_duid){2, {7, 7}};
	if (kind == DHCPMESSAGE_GRANT || kind == DHCPMESSAGE_RELEASE)
		message.leases[0] =
			(struct dhcpmessage_lease){.address = address_of(ipv6, n), .time = HOUR};
	return message;
}

static enum lessees_verdict ask(unsigned port, enum dhcpmessage_kind kind, bool ipv6, unsigned n,
				uint32_t now)
{
	struct dhcpmessage message = message_of(kind, ipv6, n);

	return lessees_ask(&lessees, port, &message, now);
}

static void answer(enum dhcpmessage_kind kind, bool ipv6, unsigned n, uint32_t now)
{
	struct dhcpmessage message = message_of(kind, ipv6, n);

	lessees_answer(&lessees, &message, now);
}

/* How many of n clients, from first on, get a lease at the port. */
static unsigned lease(unsigned port, bool ipv6, unsigned first, unsigned n, uint32_t now)
{
	unsigned got = 0;

	for (unsigned i = first; i < first + n; i++) {
		if (ask(port, DHCPMESSAGE_TAKE, ipv6, i, now) != LESSEES_PASS)
			continue;
		answer(DHCPMESSAGE_GRANT, ipv6, i, now);
		got++;
	}
	return got;
}

static const bool families[] = {false, true};

START_TEST(a_port_has_its_share)
{
	bool ipv6 = families[_i];

	make();
	ck_assert_uint_eq(lease(1, ipv6, 0, 200, NOW), MAX);
	ck_assert_int_eq(ask(1, DHCPMESSAGE_ASK, ipv6, 500, NOW), LESSEES_FULL);
	/* Whoever has one may renew it, and ask again. */
	ck_assert_int_eq(ask(1, DHCPMESSAGE_TAKE, ipv6, 7, NOW + 1), LESSEES_PASS);
	ck_assert_int_eq(ask(1, DHCPMESSAGE_ASK, ipv6, 7, NOW + 1), LESSEES_PASS);
	/* Another port has its own. */
	ck_assert_uint_eq(lease(2, ipv6, 1000, 200, NOW), MAX);
	/* When leases end, there is room again. */
	ck_assert_uint_eq(lease(1, ipv6, 2000, 200, NOW + HOUR + 1), MAX);
	ck_assert_uint_eq(n_released, 0);
}
END_TEST

/* Before an answer comes, a question counts; if none comes, not for long. */
START_TEST(questions_count_until_they_are_answered)
{
	bool ipv6 = families[_i];

	make();
	for (unsigned i = 0; i < MAX; i++)
		ck_assert_int_eq(ask(1, DHCPMESSAGE_TAKE, ipv6, i, NOW), LESSEES_PASS);
	ck_assert_int_eq(ask(1, DHCPMESSAGE_TAKE, ipv6, MAX, NOW), LESSEES_FULL);
	answer(DHCPMESSAGE_DENY, ipv6, 3, NOW);
	ck_assert_int_eq(ask(1, DHCPMESSAGE_TAKE, ipv6, MAX, NOW), LESSEES_PASS);
	ck_assert_uint_eq(lease(1, ipv6, 1000, 200, NOW + LESSEES_PATIENCE + 1), MAX);
}
END_TEST

START_TEST(what_is_released_is_free)
{
	bool ipv6 = families[_i];

	make();
	/* Two hundred containers, one after the other, each with its own address. */
	for (unsigned i = 0; i < 200; i++) {
		ck_assert_uint_eq(lease(1, ipv6, i, 1, NOW), 1);
		ck_assert_int_eq(ask(1, DHCPMESSAGE_RELEASE, ipv6, i, NOW), LESSEES_PASS);
		ck_assert_uint_eq(n_released, i + 1);
		ck_assert_uint_eq(released.leases[0].address.s6_addr[15], i & 0xff);
	}
	ck_assert_uint_eq(lessees.held[1], 0);
	/* Not what is another port's, nor another address. */
	ck_assert_uint_eq(lease(1, ipv6, 1, 1, NOW), 1);
	n_released = 0;
	ask(2, DHCPMESSAGE_RELEASE, ipv6, 1, NOW);
	ck_assert_uint_eq(n_released, 0);
	ck_assert_uint_eq(lessees.held[1], 1);
}
END_TEST

static unsigned n_added, n_removed;
static struct in6_addr changed; /* the last */

static void count_changes(struct lessees *of, const struct lessee *lessee, bool added)
{
	ck_assert_ptr_eq(of, &lessees);
	n_added += added;
	n_removed += !added;
	changed = lessee->lease.address;
}

/* A lease is told of once, however often it is renewed, and when it is given back. */
START_TEST(leases_are_told_of)
{
	bool ipv6 = families[_i];
	struct in6_addr address = address_of(ipv6, 7);

	make();
	lessees.changed = count_changes;
	ck_assert_int_eq(ask(1, DHCPMESSAGE_TAKE, ipv6, 7, NOW), LESSEES_PASS);
	ck_assert_uint_eq(n_added, 0);
	answer(DHCPMESSAGE_GRANT, ipv6, 7, NOW);
	ck_assert_uint_eq(n_added, 1);
	ck_assert_mem_eq(&changed, &address, sizeof(address));
	lease(1, ipv6, 7, 1, NOW + 1);
	ck_assert_uint_eq(n_added, 1);
	ck_assert_int_eq(ask(1, DHCPMESSAGE_RELEASE, ipv6, 7, NOW + 2), LESSEES_PASS);
	ck_assert_uint_eq(n_added, 1);
	ck_assert_uint_eq(n_removed, 1);
	/* One that was asked for in vain is none. */
	ck_assert_int_eq(ask(1, DHCPMESSAGE_TAKE, ipv6, 8, NOW + 3), LESSEES_PASS);
	answer(DHCPMESSAGE_DENY, ipv6, 8, NOW + 3);
	ck_assert_uint_eq(n_removed, 1);
}
END_TEST

/* Coming again and again with new addresses has no more than a port and those few. */
START_TEST(those_who_are_gone_keep_a_few)
{
	bool ipv6 = families[_i];
	unsigned got = 0;

	make();
	for (unsigned round = 0; round < 20; round++) {
		got += lease(1, ipv6, round * MAX, MAX, NOW);
		lessees_forget(&lessees, 1, NOW);
		ck_assert_uint_le(got - n_released, LESSEES_GONE_MIN);
	}
	ck_assert_uint_eq(got, 20 * MAX);
	ck_assert_uint_eq(lessees.held[1], 0);
	/* The last ones are there still, and come back to what they had. */
	n_released = 0;
	ck_assert_uint_eq(lease(2, ipv6, 19 * MAX, MAX, NOW), MAX);
	ck_assert_uint_eq(lessees.held[2], MAX);
	ck_assert_uint_eq(n_released, 0);
	/* Whoever is back is not given up for those who go. */
	ck_assert_uint_eq(lease(1, ipv6, 10000, MAX, NOW), MAX);
	lessees_forget(&lessees, 1, NOW);
	ck_assert_uint_eq(n_released, 0);
}
END_TEST

START_TEST(one_who_moves_takes_his_lease_along)
{
	bool ipv6 = families[_i];

	make();
	lease(1, ipv6, 0, 1, NOW);
	ck_assert_uint_eq(lease(2, ipv6, 0, 1, NOW), 1);
	ck_assert_uint_eq(lessees.held[1], 0);
	ck_assert_uint_eq(lessees.held[2], 1);
	/* Where nobody moves, nobody speaks for one who is there. */
	lessees.stay = true;
	ck_assert_int_eq(ask(1, DHCPMESSAGE_TAKE, ipv6, 0, NOW), LESSEES_FOREIGN);
	ck_assert_int_eq(ask(1, DHCPMESSAGE_RELEASE, ipv6, 0, NOW), LESSEES_FOREIGN);
	lessees_forget(&lessees, 2, NOW);
	ck_assert_int_eq(ask(1, DHCPMESSAGE_TAKE, ipv6, 0, NOW), LESSEES_PASS);
}
END_TEST

/* One DUID that asks for address after address has one. */
START_TEST(one_has_one_address)
{
	struct dhcpmessage message;

	make();
	for (unsigned i = 0; i < 100; i++) {
		ck_assert_int_eq(ask(1, DHCPMESSAGE_TAKE, true, 5, NOW), LESSEES_PASS);
		message = message_of(DHCPMESSAGE_GRANT, true, 5);
		message.leases[0].address = address_of(true, i);
		lessees_answer(&lessees, &message, NOW);
		ck_assert_uint_eq(n_released, i);
	}
	ck_assert_uint_eq(lessees.held[1], 1);
}
END_TEST

/* When the table is full, it is refused, and nothing is forgotten. */
START_TEST(a_full_table_refuses)
{
	unsigned got = 0;

	make();
	for (unsigned port = 0; port < 512; port++)
		got += lease(port, false, port * MAX, MAX, NOW);
	ck_assert_uint_ge(got, LESSEES_MAX / 2);
	ck_assert_uint_le(got, LESSEES_MAX);
	for (unsigned port = 0; port < 512; port++)
		lessees_forget(&lessees, port, NOW);
	ck_assert_uint_ge(n_released, got - LESSEES_GONE_MIN);
}
END_TEST

/* Each question is a broadcast, and so is its answer. */
START_TEST(questions_of_strangers_have_a_rate)
{
	unsigned n = 0;

	make();
	for (unsigned i = 0; i < 1000; i++)
		n += ask(1, DHCPMESSAGE_ASK, _i, i, NOW) == LESSEES_PASS;
	ck_assert_uint_eq(n, MAX > (int)LESSEES_QUESTIONS ? MAX : (int)LESSEES_QUESTIONS);
	ck_assert_int_eq(ask(2, DHCPMESSAGE_ASK, _i, 1, NOW), LESSEES_PASS);
	ck_assert_int_eq(ask(1, DHCPMESSAGE_ASK, _i, 1, NOW + 1), LESSEES_PASS);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_port_has_its_share, families),
		UNIT_CASES(questions_count_until_they_are_answered, families),
		UNIT_CASES(questions_of_strangers_have_a_rate, families),
		UNIT_CASES(what_is_released_is_free, families),
		UNIT_CASES(leases_are_told_of, families),
		UNIT_CASES(those_who_are_gone_keep_a_few, families),
		UNIT_CASES(one_who_moves_takes_his_lease_along, families),
		UNIT_TEST(one_has_one_address),
		UNIT_TEST(a_full_table_refuses),
	};

	return unit_run("lessees", tests, UNIT_COUNT(tests));
}
