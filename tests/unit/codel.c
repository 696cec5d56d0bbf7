// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Controlled delay, measured against the RFC's own pseudo-code, word for word: both dequeue from
 * the same row of packets, and must drop the same ones at the same times.
 */
#include "codel.h"

#include <math.h>

#include "reference.h"
#include "unit.h"

enum { PACKETS = 1 << 16, WAITING_MAX = PACKETS / 2, LARGEST = 1514 };

#define MS INT64_C(1000000)

struct packet {
	int64_t since;
	uint32_t size;
	bool markable;
};

/* What arrives, the same for both; each takes from it at its own place. */
struct row {
	unsigned first, last;
	uint32_t bytes;
	struct packet packets[PACKETS];
};

/* What became of the packets: of each its number, and what was done to it. */
enum fate { DROPPED = 1, MARKED, SENT };

struct outcome {
	unsigned n;
	enum fate fates[PACKETS];
};

static struct row arrived;
static uint64_t seed;

static void arrive(struct row *row, int64_t now, uint32_t size, bool markable)
{
	row->packets[row->last++ % PACKETS] = (struct packet){now, size, markable};
	row->bytes += size;
}

/* ---- RFC 8289, 5.1 to 5.6, and where a packet is marked, Linux's codel_impl.h -- */

struct rfc {
	int64_t first_above_time, drop_next;
	uint32_t count, lastcount;
	bool dropping;
	unsigned next; /* packet */
	uint32_t bytes;
	struct outcome *outcome;
};

struct dodequeue_result {
	const struct packet *p;
	bool ok_to_drop;
};

/* The root's precision is ours: eight binary digits. */
static int64_t control_law(int64_t t, uint32_t count)
{
	return t + CODEL_INTERVAL * 256 / (int64_t)floor(sqrt(count) * 256);
}

static void decide(struct outcome *outcome, enum fate fate)
{
	outcome->fates[outcome->n++ % PACKETS] = fate;
}

static struct dodequeue_result dodequeue(struct rfc *rfc, int64_t now)
{
	struct dodequeue_result r = {NULL, false};
	int64_t sojourn_time;

	if (rfc->next == arrived.last) {
		rfc->first_above_time = 0;
		return r;
	}
	r.p = &arrived.packets[rfc->next++ % PACKETS];
	rfc->bytes -= r.p->size;
	sojourn_time = now - r.p->since;
	if (sojourn_time < CODEL_TARGET || rfc->bytes <= LARGEST) {
		rfc->first_above_time = 0;
	} else {
		if (rfc->first_above_time == 0)
			rfc->first_above_time = now + CODEL_INTERVAL;
		else if (now >= rfc->first_above_time)
			r.ok_to_drop = true;
	}
	return r;
}

static void rfc_dequeue(struct rfc *rfc, int64_t now)
{
	struct dodequeue_result r = dodequeue(rfc, now);
	bool marked = false;

	if (rfc->dropping) {
		if (!r.ok_to_drop)
			rfc->dropping = false;
		while (now >= rfc->drop_next && rfc->dropping) {
			++rfc->count;
			if (r.p->markable) {
				marked = true;
				rfc->drop_next = control_law(rfc->drop_next, rfc->count);
				break;
			}
			decide(rfc->outcome, DROPPED);
			r = dodequeue(rfc, now);
			if (!r.ok_to_drop)
				rfc->dropping = false;
			else
				rfc->drop_next = control_law(rfc->drop_next, rfc->count);
		}
	} else if (r.ok_to_drop) {
		uint32_t delta;

		if (r.p->markable) {
			marked = true;
		} else {
			decide(rfc->outcome, DROPPED);
			r = dodequeue(rfc, now);
		}
		rfc->dropping = true;
		delta = rfc->count - rfc->lastcount;
		rfc->count = 1;
		if (delta > 1 && now - rfc->drop_next < 16 * CODEL_INTERVAL)
			rfc->count = delta;
		rfc->drop_next = control_law(now, rfc->count);
		rfc->lastcount = rfc->count;
	}
	if (r.p)
		decide(rfc->outcome, marked ? MARKED : SENT);
}

/* ---- ours, used as its header says -------------------------------------------- */

static void our_dequeue(struct codel *codel, struct outcome *outcome, int64_t now)
{
	enum codel_step step = CODEL_FIRST;

	while (arrived.first != arrived.last) {
		const struct packet *head = &arrived.packets[arrived.first++ % PACKETS];
		bool drops;

		arrived.bytes -= head->size;
		drops = codel_drops(codel, now, now - head->since, arrived.bytes, LARGEST, &step);
		if (drops && head->markable) {
			codel_marked(codel, step);
			decide(outcome, MARKED);
			return;
		}
		decide(outcome, drops ? DROPPED : SENT);
		if (!drops)
			return;
	}
	codel_empty(codel);
}

/* ---- any load ---------------------------------------------------------------- */

/* For a while, so many arrive and leave in a second. */
struct phase {
	int64_t length;
	uint32_t arrivals, departures;
};

static const struct phase phases[] = {
	{500 * MS, 1000, 1000}, /* as fast as it drains */
	{800 * MS, 2000, 1000},	 {300 * MS, 500, 1000},	  {2000 * MS, 1100, 1000},
	{100 * MS, 0, 2000},	 {50 * MS, 20000, 1000},  {1000 * MS, 900, 1000},
	{3000 * MS, 5000, 1000}, {200 * MS, 1000, 1},	  {300 * MS, 100, 10000},
	{700 * MS, 30, 20},	 {3000 * MS, 3000, 2500}, {10 * MS, 2000, 100000},
};

static int64_t random_gap(uint32_t rate)
{
	if (rate == 0)
		return INT64_MAX / 2;
	return reference_random(&seed) % (2 * (uint32_t)(1000 * MS / rate)) + 1;
}

static const unsigned markable[] = {0, 2, 4}; /* of four */

START_TEST(it_drops_what_the_rfc_drops)
{
	static struct outcome ours, rfcs;
	static struct codel codel;
	static struct rfc rfc;
	unsigned counts[4] = {0};
	unsigned again = 0;
	int64_t now = MS;

	rfc.outcome = &rfcs;
	seed = (uint64_t)_i + 1;
	for (unsigned turn = 0; turn < 400; turn++) {
		const struct phase *phase = &phases[reference_random(&seed) % UNIT_COUNT(phases)];
		int64_t over = now + phase->length;
		int64_t arrival = now + random_gap(phase->arrivals);
		int64_t departure = now + random_gap(phase->departures);

		while (arrival < over || departure < over) {
			if (arrival <= departure) {
				uint32_t size = 60 + reference_random(&seed) % (LARGEST - 59);

				now = arrival;
				arrival += random_gap(phase->arrivals);
				if (arrived.last - arrived.first == WAITING_MAX)
					continue;
				arrive(&arrived, now, size,
				       reference_random(&seed) % 4 < markable[_i]);
				rfc.bytes += size;
				continue;
			}
			now = departure;
			departure += random_gap(phase->departures);
			rfc_dequeue(&rfc, now);
			our_dequeue(&codel, &ours, now);
			again += codel.dropping && codel.last_count > 1;
			if (ours.n != rfcs.n || codel.count != rfc.count ||
			    rfc.bytes != arrived.bytes)
				ck_abort_msg("at %lld: %u, %u", (long long)now, ours.n, rfcs.n);
			for (; counts[0] < ours.n; counts[0]++) {
				enum fate fate = ours.fates[counts[0] % PACKETS];

				if (fate != rfcs.fates[counts[0] % PACKETS])
					ck_abort_msg("packet %u", counts[0]);
				counts[fate]++;
			}
		}
		now = over;
	}
	/* It was a load that did both, and resumed where it had stopped. */
	ck_assert_uint_gt(counts[SENT] + counts[MARKED], 50000);
	ck_assert(markable[_i] == 4 ? counts[DROPPED] == 0 : counts[DROPPED] > 2000);
	ck_assert(markable[_i] == 0 ? counts[MARKED] == 0 : counts[MARKED] > 2000);
	ck_assert_uint_gt(again, 1000);
}
END_TEST

/* ---- by hand ----------------------------------------------------------------- */

/* Every ms a packet leaves that has waited for 10 ms, from 1 ms on: the ms of the drops. */
static unsigned list_drops(uint32_t backlog, unsigned *drops, unsigned max)
{
	struct codel codel = {0};
	unsigned n = 0;

	for (unsigned ms = 1; ms < 2000 && n < max; ms++) {
		enum codel_step step = CODEL_FIRST;

		while (n < max && codel_drops(&codel, ms * MS, 10 * MS, backlog, LARGEST, &step))
			drops[n++] = ms;
	}
	return n;
}

START_TEST(drops_come_closer)
{
	unsigned drops[6];

	/* After an interval, an interval later, and then 100 ms / sqrt(2), sqrt(3), … */
	ck_assert_uint_eq(list_drops(LARGEST + 1, drops, 6), 6);
	ck_assert_uint_eq(drops[0], 101);
	ck_assert_uint_eq(drops[1], 201);
	ck_assert_uint_eq(drops[2], 272);
	ck_assert_uint_eq(drops[3], 330);
	ck_assert_uint_eq(drops[4], 380);
	ck_assert_uint_eq(drops[5], 425);
	/* Never the last frame. */
	ck_assert_uint_eq(list_drops(LARGEST, drops, 6), 0);
}
END_TEST

START_TEST(what_is_short_for_once_is_not_dropped)
{
	struct codel codel = {0};

	for (unsigned ms = 1; ms < 10000; ms++) {
		enum codel_step step = CODEL_FIRST;
		int64_t waited = ms % 99 == 0 ? CODEL_TARGET - 1 : 1000 * MS;

		ck_assert(!codel_drops(&codel, ms * MS, waited, UINT32_MAX, LARGEST, &step));
	}
}
END_TEST

/* However many there were, an interval by their root, within the precision of it. */
START_TEST(the_root_is_exact_enough)
{
	for (uint64_t count = 2; count < UINT32_MAX; count += count / 50 + 1) {
		struct codel codel = {.above_until = 1,
				      .next = 1,
				      .count = (uint32_t)count - 1,
				      .dropping = true};
		enum codel_step step = CODEL_FIRST;
		double exact = (double)CODEL_INTERVAL / sqrt((double)count);

		ck_assert(codel_drops(&codel, 1, CODEL_TARGET, UINT32_MAX, LARGEST, &step));
		codel_marked(&codel, step);
		ck_assert_double_ge((double)(codel.next - 1), exact - 1);
		ck_assert_double_le((double)(codel.next - 1), exact * (1 + 1.0 / 256));
	}
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(it_drops_what_the_rfc_drops, markable),
		UNIT_TEST(drops_come_closer),
		UNIT_TEST(what_is_short_for_once_is_not_dropped),
		UNIT_TEST(the_root_is_exact_enough),
	};

	return unit_run("codel", tests, UNIT_COUNT(tests));
}
