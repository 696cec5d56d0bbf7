// SPDX-License-Identifier: GPL-2.0-or-later
#include "apart.h"

#include "clock.h"

/*
 * Silent addresses are newly reported while fewer than APART_NEW are reported, and stay so while
 * fewer than APART_KEPT are. Active ones always are; there are at most 2 * CLAIMS_ALL of them.
 */
enum { APART_NEW = APART_MAX / 4, APART_KEPT = APART_MAX / 2 };
_Static_assert(2 * (int)CLAIMS_ALL + (int)APART_KEPT <= (int)APART_MAX, "what is active has room");

/*
 * Whether the claim is at an isolated port and should be reported; most: the limit for silent ones.
 */
static bool apart_is(const struct apart *apart, const struct claims_entry *entry, unsigned most)
{
	const struct port *port =
		entry->port < BRIDGE_PORTS_MAX ? apart->bridge->ports[entry->port] : NULL;

	if (entry->period == 0 || !port || !port->isolated ||
	    IN6_IS_ADDR_LINKLOCAL(&entry->address))
		return false;
	return apart->n < most || claims_is_active(apart->claims, entry);
}

/*
 * Finds reported addresses that should no longer be, and returns their indexes in ascending order.
 * Also marks the claims of all others as told: a claim that was forgotten and made again has lost
 * that mark.
 */
static unsigned apart_find_gone(const struct apart *apart, unsigned gone[APART_BATCH])
{
	unsigned n = 0;

	for (unsigned i = 0; i < apart->n; i++) {
		struct claims_entry *entry = claims_look(apart->claims, &apart->told[i]);
		bool is = entry && apart_is(apart, entry, APART_KEPT);

		if (entry)
			entry->told = is || n == APART_BATCH;
		if (!is && n < APART_BATCH)
			gone[n++] = i;
	}
	return n;
}

/* 1: there may be more. 0, or -errno: not delivered. */
static int apart_tell_gone(struct apart *apart)
{
	struct in6_addr addresses[APART_BATCH];
	unsigned gone[APART_BATCH];
	unsigned n = apart_find_gone(apart, gone);
	int ret;

	for (unsigned i = 0; i < n; i++)
		addresses[i] = apart->told[gone[i]];
	if (n == 0)
		return 0;
	ret = apart->tell(apart, false, addresses, n);
	if (ret < 0)
		return ret;
	for (unsigned i = n; i-- > 0;) /* backwards, so that the one moved there is one to keep */
		apart->told[gone[i]] = apart->told[--apart->n];
	return n == APART_BATCH;
}

/* The same for those that should be reported. */
static int apart_tell_new(struct apart *apart)
{
	struct claims_entry *entries[APART_BATCH];
	struct in6_addr *to = &apart->told[apart->n];
	unsigned most = APART_MAX - apart->n < APART_BATCH ? APART_MAX - apart->n : APART_BATCH;
	unsigned n = 0;
	int ret;

	for (unsigned i = 0; i < CLAIMS_MAX && n < most; i++) {
		struct claims_entry *entry = &apart->claims->entries[i];

		if (entry->period == 0 || entry->told || !apart_is(apart, entry, APART_NEW))
			continue;
		entries[n] = entry;
		to[n++] = entry->address;
	}
	if (n == 0)
		return 0;
	ret = apart->tell(apart, true, to, n);
	if (ret < 0)
		return ret;
	for (unsigned i = 0; i < n; i++)
		entries[i]->told = true;
	apart->n += n;
	return n == APART_BATCH;
}

/* One batch of each. 1: there may be more. 0, or -errno: not delivered. */
static int apart_tell(struct apart *apart)
{
	int gone = apart_tell_gone(apart);
	int new = gone < 0 ? gone : apart_tell_new(apart);

	return new < 0 ? new : gone | new;
}

static void apart_wait(struct apart *apart)
{
	if (apart->waits)
		return;
	apart->waits = true;
	timer_arm(&apart->timer, ratelimit_wait(&apart->looks, (uint64_t)clock_now()));
}

static void apart_look(struct apart *apart)
{
	if (!ratelimit_take(&apart->looks, (uint64_t)clock_now())) {
		apart_wait(apart);
		return;
	}
	apart->seen = apart->claims->changes;
	if (apart_tell(apart) != 0)
		apart_wait(apart);
}

static void apart_expired(struct timer *timer)
{
	struct apart *apart = container_of(timer, struct apart, timer);

	apart->waits = false;
	apart_look(apart);
}

void apart_stir(struct apart *apart)
{
	if (apart->seen != apart->claims->changes && !apart->waits)
		apart_look(apart);
}

int apart_tell_all(struct apart *apart)
{
	int ret = 1;

	apart->seen = apart->claims->changes;
	while (ret > 0)
		ret = apart_tell(apart);
	if (ret < 0)
		apart_wait(apart);
	return ret;
}

void apart_stir_later(struct apart *apart)
{
	if (apart->n > 0)
		apart_wait(apart);
}

int apart_init(struct apart *apart, struct loop *loop)
{
	apart->looks.per_period = APART_LOOKS;
	return timer_init(&apart->timer, loop, apart_expired);
}

void apart_finish(struct apart *apart)
{
	timer_finish(&apart->timer);
}
