// SPDX-License-Identifier: GPL-2.0-or-later
/* The memory of frames, measured against a plain list of who has which cell. */
#include "pool.h"

#include "reference.h"
#include "unit.h"

enum { WHOLE = POOL_CELL * POOL_CELLS, RUNS = 600, STEPS = 100000 };

static struct pool pool;

static void begin(void)
{
	ck_assert_int_eq(pool_init(&pool), 0);
}

static void end(void)
{
	ck_assert_uint_eq(pool.n_used, 0);
	for (unsigned i = 0; i < POOL_CELLS / POOL_WORD; i++)
		ck_assert_uint_eq(pool.used[i], 0);
	pool_finish(&pool);
	pool_finish(&pool);
}

/* Takes a run, which must be so many cells from that one on. */
static uint8_t *take_at(uint32_t size, unsigned cell, unsigned cells)
{
	unsigned used = pool.n_used;
	uint8_t *run = pool_take(&pool, size);

	ck_assert_ptr_eq(run, pool.memory + (size_t)cell * POOL_CELL);
	ck_assert_uint_eq(pool.n_used, used + cells);
	ck_assert_uint_eq(pool_cells_of(&pool, run), cells);
	return run;
}

START_TEST(the_lowest_cells_that_suffice_are_taken)
{
	uint8_t *runs[5];

	begin();
	runs[0] = take_at(1, 0, 1);
	runs[1] = take_at(POOL_CELL, 1, 1);
	runs[2] = take_at(POOL_CELL + 1, 2, 2);
	pool_give(&pool, runs[1]);
	runs[3] = take_at(2 * POOL_CELL, 4, 2); /* the hole is too small */
	runs[1] = take_at(0, 1, 1);
	pool_give(&pool, runs[2]);
	runs[2] = take_at(10, 2, 1);
	runs[4] = take_at(10, 3, 1);
	for (unsigned i = 0; i < 5; i++)
		pool_give(&pool, runs[i]);
	end();
}
END_TEST

START_TEST(a_run_has_as_many_cells_as_there_are)
{
	uint8_t *first;
	uint8_t *rest;

	begin();
	ck_assert_ptr_null(pool_take(&pool, WHOLE + 1));
	first = take_at(WHOLE, 0, POOL_CELLS);
	ck_assert_ptr_null(pool_take(&pool, 1));
	ck_assert_ptr_null(pool_take(&pool, 0));
	pool_give(&pool, first);
	/* Across the words in which they are noted, at each place. */
	for (unsigned n = 1; n <= 3 * POOL_WORD; n++) {
		first = take_at(n * POOL_CELL, 0, n);
		rest = take_at(WHOLE - n * POOL_CELL, n, POOL_CELLS - n);
		ck_assert_ptr_null(pool_take(&pool, 1));
		pool_give(&pool, first);
		ck_assert_ptr_null(pool_take(&pool, n * POOL_CELL + 1));
		pool_give(&pool, take_at(n * POOL_CELL, 0, n));
		pool_give(&pool, rest);
	}
	end();
}
END_TEST

START_TEST(what_is_behind_a_frame_is_given_back)
{
	uint8_t *run;
	uint8_t *other;

	begin();
	run = take_at(100 * POOL_CELL, 0, 100);
	pool_trim(&pool, run, 100 * POOL_CELL);
	ck_assert_uint_eq(pool.n_used, 100);
	pool_trim(&pool, run, 99 * POOL_CELL + 1);
	ck_assert_uint_eq(pool.n_used, 100);
	pool_trim(&pool, run, 70 * POOL_CELL);
	ck_assert_uint_eq(pool.n_used, 70);
	ck_assert_uint_eq(pool_cells_of(&pool, run + 100), 70);
	other = take_at(1, 70, 1);
	pool_trim(&pool, run, 60);
	ck_assert_uint_eq(pool.n_used, 2);
	pool_trim(&pool, run, 0);
	ck_assert_uint_eq(pool.n_used, 2);
	pool_give(&pool, run);
	ck_assert_uint_eq(pool.n_used, 1);
	pool_give(&pool, other);
	end();
}
END_TEST

START_TEST(a_run_is_free_when_the_last_holder_goes)
{
	uint8_t *run;

	begin();
	run = take_at(30 * POOL_CELL, 0, 30);
	for (unsigned i = 1; i <= 1024; i++) /* at every port there can be */
		ck_assert_ptr_eq(pool_hold(&pool, run + 10, 29 * POOL_CELL), run + 10);
	ck_assert_ptr_eq(pool_hold(&pool, run + POOL_CELL - 1, 1), run + POOL_CELL - 1);
	ck_assert_uint_eq(pool.n_used, 30);
	pool_give(&pool, run + POOL_CELL - 1);
	pool_give(&pool, run); /* who took it goes before the others */
	for (unsigned i = 1; i <= 1024; i++) {
		ck_assert_uint_eq(pool.n_used, 30);
		pool_give(&pool, run + 10);
	}
	end();
}
END_TEST

START_TEST(what_lies_elsewhere_is_copied)
{
	static uint8_t elsewhere[3 * POOL_CELL];
	uint8_t *first;
	uint8_t *second;
	uint8_t *rest;

	begin();
	memset(elsewhere, 0xa5, sizeof(elsewhere));
	first = pool_hold(&pool, elsewhere, 60);
	second = pool_hold(&pool, elsewhere, sizeof(elsewhere));
	ck_assert_ptr_eq(first, pool.memory);
	ck_assert_ptr_eq(second, pool.memory + POOL_CELL);
	ck_assert_uint_eq(pool.n_used, 4);
	memset(elsewhere, 0, sizeof(elsewhere));
	memset(elsewhere, 0xa5, sizeof(elsewhere));
	ck_assert_mem_eq(first, elsewhere, 60);
	ck_assert_mem_eq(second, elsewhere, sizeof(elsewhere));
	rest = pool_take(&pool, WHOLE - 4 * POOL_CELL);
	ck_assert_ptr_nonnull(rest);
	ck_assert_ptr_null(pool_hold(&pool, elsewhere, 1));
	ck_assert_ptr_eq(pool_hold(&pool, first, 60), first); /* which needs no room */
	pool_give(&pool, first);
	pool_give(&pool, first);
	ck_assert_ptr_eq(pool_hold(&pool, elsewhere, 1), first);
	pool_give(&pool, first);
	pool_give(&pool, second);
	pool_give(&pool, rest);
	end();
}
END_TEST

/* ---- any operations ---------------------------------------------------------- */

struct run {
	uint8_t *data; /* NULL: none */
	uint32_t size;
	unsigned holders;
	uint8_t mark; /* in each of its bytes */
};

static struct run runs[RUNS];
static bool taken[POOL_CELLS];
static uint64_t seed = 7;

static unsigned cells_of(uint32_t size)
{
	return size == 0 ? 1 : (size + POOL_CELL - 1) / POOL_CELL;
}

static unsigned cell_of(const struct run *run)
{
	return (unsigned)((run->data - pool.memory) / POOL_CELL);
}

/* Where a run of so many cells is to be; POOL_CELLS: nowhere. */
static unsigned first_fit(unsigned n)
{
	unsigned length = 0;

	for (unsigned i = 0; i < POOL_CELLS; i++) {
		length = taken[i] ? 0 : length + 1;
		if (length == n)
			return i + 1 - n;
	}
	return POOL_CELLS;
}

static void set_taken(unsigned cell, unsigned n, bool value)
{
	for (unsigned i = cell; i < cell + n; i++) {
		if (taken[i] == value)
			ck_abort_msg("cell %u", i);
		taken[i] = value;
	}
}

static void assert_mark(const struct run *run)
{
	uint32_t i = 0;

	while (i < run->size && run->data[i] == run->mark)
		i++;
	ck_assert_uint_eq(i, run->size);
}

static void take_any(struct run *run)
{
	static uint8_t elsewhere[40 * POOL_CELL];
	/* Mostly plain frames, super-frames of any length, now and then all that is left. */
	uint32_t size = reference_random(&seed) % (reference_random(&seed) % 3 ? 3000 : 66000);
	bool copied = reference_random(&seed) % 2;
	unsigned cell = first_fit(cells_of(size));

	run->mark = (uint8_t)reference_random(&seed);
	run->size = size;
	run->holders = 1;
	memset(elsewhere, run->mark, size);
	run->data = copied ? pool_hold(&pool, elsewhere, size) : pool_take(&pool, size);
	if (cell == POOL_CELLS) {
		ck_assert_ptr_null(run->data);
		return;
	}
	ck_assert_ptr_eq(run->data, pool.memory + (size_t)cell * POOL_CELL);
	set_taken(cell, cells_of(size), true);
	if (!copied)
		memset(run->data, run->mark, size);
}

static void trim_any(struct run *run)
{
	uint32_t size = reference_random(&seed) % (run->size + 1);

	pool_trim(&pool, run->data, size);
	set_taken(cell_of(run) + cells_of(size), cells_of(run->size) - cells_of(size), false);
	run->size = size;
}

static void give_any(struct run *run)
{
	assert_mark(run);
	pool_give(&pool, run->data);
	if (--run->holders > 0)
		return;
	set_taken(cell_of(run), cells_of(run->size), false);
	run->data = NULL;
}

static void assert_as_noted(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < POOL_CELLS; i++) {
		if ((pool.used[i / POOL_WORD] >> (i % POOL_WORD) & 1) != taken[i])
			ck_abort_msg("cell %u", i);
		n += taken[i];
	}
	ck_assert_uint_eq(pool.n_used, n);
}

START_TEST(any_operations_keep_what_is_held)
{
	unsigned refused = 0;

	begin();
	for (unsigned i = 0; i < STEPS; i++) {
		struct run *run = &runs[reference_random(&seed) % RUNS];
		unsigned what = reference_random(&seed) % 8;

		if (!run->data) {
			take_any(run);
			refused += !run->data;
		} else if (what == 0) {
			trim_any(run);
		} else if (what <= 2) {
			ck_assert_ptr_eq(pool_hold(&pool, run->data, run->size), run->data);
			run->holders++;
		} else {
			give_any(run);
		}
		if (i % 1000 == 0)
			assert_as_noted();
	}
	ck_assert_uint_gt(refused, 100); /* it was full, too */
	for (unsigned i = 0; i < RUNS; i++) {
		while (runs[i].data)
			give_any(&runs[i]);
	}
	assert_as_noted();
	end();
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(the_lowest_cells_that_suffice_are_taken),
		UNIT_TEST(a_run_has_as_many_cells_as_there_are),
		UNIT_TEST(what_is_behind_a_frame_is_given_back),
		UNIT_TEST(a_run_is_free_when_the_last_holder_goes),
		UNIT_TEST(what_lies_elsewhere_is_copied),
		UNIT_TEST(any_operations_keep_what_is_held),
	};

	return unit_run("pool", tests, UNIT_COUNT(tests));
}
