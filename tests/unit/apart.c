// SPDX-License-Identifier: GPL-2.0-or-later
/* The host process knows the addresses at isolated ports, and no others. */
#include "apart.h"

#include <errno.h>

#include "unit.h"

enum { NOW = 1000, OTHER = 2, APART = 3, KNOWN_MAX = 16384 };

static struct claims claims;
static struct bridge bridge;
static struct port ports[4];
static struct apart apart;
static struct loop loop;
static struct in6_addr known[KNOWN_MAX];
static unsigned n_known;
static unsigned n_messages;
static bool refuses;

static struct in6_addr address(unsigned i)
{
	struct in6_addr address = {.s6_addr = {[10] = 0xff, [11] = 0xff, [12] = 10}};

	address.s6_addr[14] = (uint8_t)(i >> 8);
	address.s6_addr[15] = (uint8_t)i;
	return address;
}

static bool knows(struct in6_addr address)
{
	for (unsigned i = 0; i < n_known; i++) {
		if (IN6_ARE_ADDR_EQUAL(&known[i], &address))
			return true;
	}
	return false;
}

static int tell(struct apart *by, bool are, const struct in6_addr *addresses, unsigned n)
{
	ck_assert_ptr_eq(by, &apart);
	ck_assert_uint_ge(n, 1);
	ck_assert_uint_le(n, APART_BATCH);
	if (refuses)
		return -EAGAIN;
	n_messages++;
	for (unsigned i = 0; i < n; i++) {
		ck_assert_int_eq(knows(addresses[i]), !are);
		if (are)
			known[n_known++] = addresses[i];
		for (unsigned j = 0; j < n_known && !are; j++) {
			if (IN6_ARE_ADDR_EQUAL(&known[j], &addresses[i]))
				known[j] = known[--n_known];
		}
	}
	return 0;
}

static void make(void)
{
	const struct siphash_key key = {{1, 2}};

	claims_init(&claims, &key, false);
	for (unsigned i = 0; i < 4; i++) {
		ports[i] = (struct port){.index = i};
		bridge.ports[i] = &ports[i];
	}
	ports[APART].isolated = true;
	n_known = n_messages = 0;
	refuses = false;
	apart = (struct apart){.claims = &claims, .bridge = &bridge, .tell = tell};
	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(apart_init(&apart, &loop), 0);
	apart.looks.per_period = UINT32_MAX; /* nothing waits for the clock */
}

static void finish(void)
{
	apart_finish(&apart);
	loop_finish(&loop);
}

static void say(unsigned port, struct in6_addr address, uint32_t now)
{
	const struct claim claim = {CLAIM_SENDER, address};

	ck_assert_int_eq(claims_say(&claims, port, &claim, now), CLAIMS_PASS);
}

static void expect(unsigned n)
{
	apart.waits = false;
	ck_assert_int_eq(apart_tell_all(&apart), refuses ? -EAGAIN : 0);
	ck_assert_uint_eq(n_known, n);
	ck_assert_uint_eq(apart.n, n);
}

START_TEST(those_of_isolated_ports_are_told)
{
	struct in6_addr link_local = {.s6_addr = {0xfe, 0x80, [15] = 9}};

	make();
	say(OTHER, address(1), NOW);
	say(APART, address(2), NOW);
	say(APART, link_local, NOW);
	expect(1);
	ck_assert(knows(address(2)));
	/* Once. */
	n_messages = 0;
	apart_stir(&apart);
	ck_assert_uint_eq(n_messages, 0);
	say(APART, address(2), NOW + 1);
	apart_stir(&apart);
	ck_assert_uint_eq(n_messages, 0);
	/* A new one, by itself. */
	say(APART, address(3), NOW + 1);
	apart_stir(&apart);
	ck_assert_uint_eq(n_messages, 1);
	ck_assert_uint_eq(n_known, 2);
	/* Long silence is none of an end. */
	say(OTHER, address(4), NOW + 10000);
	expect(2);
	ports[OTHER].isolated = true;
	expect(4);
	ports[APART].isolated = false;
	expect(2);
	ck_assert(knows(address(1)));
	/* Who goes takes them along. */
	claims_forget(&claims, OTHER);
	expect(0);
	finish();
}
END_TEST

START_TEST(what_was_forgotten_and_said_again_is_told_once)
{
	make();
	say(APART, address(2), NOW);
	expect(1);
	claims_forget(&claims, APART);
	say(APART, address(2), NOW + 1);
	n_messages = 0;
	expect(1);
	ck_assert_uint_eq(n_messages, 0);
	/* At another port it is another's. */
	claims_forget(&claims, APART);
	say(OTHER, address(2), NOW + 2);
	expect(0);
	finish();
}
END_TEST

START_TEST(what_was_not_told_is_again)
{
	make();
	say(APART, address(2), NOW);
	refuses = true;
	expect(0);
	ck_assert(apart.waits);
	refuses = false;
	expect(1);
	ports[APART].isolated = false;
	refuses = true;
	expect(1);
	ports[APART].isolated = true;
	refuses = false;
	expect(1);
	ports[APART].isolated = false;
	expect(0);
	finish();
}
END_TEST

/* As many as one guest can bring, period after period. */
START_TEST(too_many_are_told_in_their_turn)
{
	unsigned n = 0;

	make();
	for (unsigned period = 0; period < 20; period++) {
		uint32_t now = NOW + period * 2 * CLAIMS_PERIOD;

		for (unsigned i = 0; i < 500; i++)
			say(APART, address(n++), now);
		ck_assert_int_eq(apart_tell_all(&apart), 0);
		ck_assert_uint_eq(apart.n, n_known);
		ck_assert_uint_le(apart.n, APART_MAX);
		for (unsigned i = n - 500; i < n; i++)
			ck_assert(knows(address(i)));
	}
	ports[APART].isolated = false;
	expect(0);
	finish();
}
END_TEST

START_TEST(it_is_looked_at_a_few_times_a_second)
{
	make();
	apart.looks = (struct ratelimit){.per_period = APART_LOOKS};
	for (unsigned i = 0; i < 100; i++) {
		say(APART, address(i), NOW);
		apart_stir(&apart);
	}
	ck_assert_uint_ge(n_messages, 1);
	ck_assert_uint_le(n_messages, 2 * APART_LOOKS); /* on a busy machine this is two seconds */
	ck_assert(apart.waits);
	finish();
}
END_TEST

/* Nor can a guest delay it. */
START_TEST(what_is_isolated_now_is_told_now)
{
	make();
	apart.looks = (struct ratelimit){.per_period = APART_LOOKS};
	for (unsigned i = 0; i < 100; i++) {
		say(APART, address(i), NOW);
		apart_stir(&apart);
	}
	ck_assert(apart.waits);
	for (unsigned i = 100; i < 100 + 3 * APART_BATCH; i++)
		say(OTHER, address(i), NOW);
	ports[OTHER].isolated = true;
	ck_assert_int_eq(apart_tell_all(&apart), 0);
	ck_assert_uint_eq(n_known, 100 + 3 * APART_BATCH);
	finish();
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(those_of_isolated_ports_are_told),
		UNIT_TEST(what_was_forgotten_and_said_again_is_told_once),
		UNIT_TEST(what_was_not_told_is_again),
		UNIT_TEST(too_many_are_told_in_their_turn),
		UNIT_TEST(it_is_looked_at_a_few_times_a_second),
		UNIT_TEST(what_is_isolated_now_is_told_now),
	};

	return unit_run("apart", tests, UNIT_COUNT(tests));
}
