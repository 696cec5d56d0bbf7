// SPDX-License-Identifier: GPL-2.0-or-later
#include "quota.h"

#include "unit.h"

#define MS INT64_C(1000000)

static struct pool pool;

START_TEST(without_a_rate_there_is_none)
{
	struct quota quota = {.cells = 7, .patience = 8};

	quota_set(&quota, 0, 1514);
	ck_assert_uint_eq(quota.cells, 0);
	ck_assert_int_eq(quota.patience, 0);
}
END_TEST

START_TEST(it_grows_with_the_rate)
{
	struct quota quota;

	quota_set(&quota, 8000, 1514);
	ck_assert_uint_eq(quota_cells(&quota, &pool), QUOTA_CELLS);
	ck_assert_int_eq(quota.patience, 6056 * MS); /* 4 x 1514 bytes, at 1000 a second */
	quota_set(&quota, 8000, 65534);
	ck_assert_int_eq(quota.patience, 262136 * MS);
	quota_set(&quota, 32768000, 1514);
	ck_assert_uint_eq(quota_cells(&quota, &pool), 200); /* x 2048 bytes in 100 ms */
	quota_set(&quota, UINT64_C(1000000000000), 1514);
	ck_assert_uint_eq(quota_cells(&quota, &pool), POOL_CELLS / 4);
	ck_assert_int_eq(quota.patience, 48);
}
END_TEST

/* So many ports as one likes leave the second half to others. */
START_TEST(it_shrinks_with_what_is_free)
{
	struct quota quota;

	quota_set(&quota, UINT64_C(1000000000000), 1514);
	for (pool.n_used = 0; pool.n_used <= POOL_CELLS; pool.n_used++) {
		uint32_t cells = quota_cells(&quota, &pool);

		ck_assert_uint_ge(cells, QUOTA_LEAST);
		if (cells > QUOTA_LEAST)
			ck_assert_uint_le(pool.n_used + 2 * cells, POOL_CELLS / 2);
	}
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(without_a_rate_there_is_none),
		UNIT_TEST(it_grows_with_the_rate),
		UNIT_TEST(it_shrinks_with_what_is_free),
	};

	return unit_run("quota", tests, UNIT_COUNT(tests));
}
