// SPDX-License-Identifier: GPL-2.0-or-later
/* What the rules refuse once is not forgotten, whatever they accept afterwards. */
#include "apart_backlog.h"

#include <string.h>

#include "unit.h"

enum { KNOWN_MAX = 2 * APART_BACKLOG_MAX };

static struct apart_backlog backlog;
static bool known[KNOWN_MAX];
static unsigned n_calls;
static unsigned refuse_after; /* so many calls */

static struct in6_addr address(unsigned i)
{
	struct in6_addr address = {.s6_addr = {0xfd}};

	memcpy(&address.s6_addr[12], &i, sizeof(i));
	return address;
}

static int apply(void *context, bool apart, const struct in6_addr *addresses, unsigned n)
{
	ck_assert_ptr_eq(context, known);
	ck_assert_uint_ge(n, 1);
	ck_assert_uint_le(n, APARTRULES_CHANGE_ADDRESSES);
	if (n_calls++ >= refuse_after)
		return -1;
	for (unsigned i = 0; i < n; i++) {
		unsigned at;

		memcpy(&at, &addresses[i].s6_addr[12], sizeof(at));
		known[at] = apart;
	}
	return 0;
}

static void make(void)
{
	backlog = (struct apart_backlog){0};
	memset(known, 0, sizeof(known));
	refuse_after = UINT32_MAX;
}

static void change(bool apart, unsigned first, unsigned n)
{
	for (unsigned i = first; i < first + n; i++) {
		struct in6_addr one = address(i);

		apart_backlog_add(&backlog, apart, &one, 1);
	}
	n_calls = 0;
	apart_backlog_apply(&backlog, apply, known);
}

static unsigned n_known(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < KNOWN_MAX; i++)
		n += known[i];
	return n;
}

START_TEST(a_change_that_failed_comes_with_the_next)
{
	make();
	refuse_after = 0;
	change(true, 0, 10);
	ck_assert(!apart_backlog_is_done(&backlog));
	refuse_after = UINT32_MAX;
	change(true, 10, 10);
	ck_assert_uint_eq(n_known(), 20);
	ck_assert(apart_backlog_is_done(&backlog));
	/* Removed, too. */
	refuse_after = 0;
	change(false, 0, 5);
	refuse_after = UINT32_MAX;
	change(true, 20, 1);
	ck_assert_uint_eq(n_known(), 16);
	ck_assert(!known[4]);
	ck_assert(apart_backlog_is_done(&backlog));
}
END_TEST

START_TEST(the_last_word_counts)
{
	make();
	change(true, 7, 1);
	refuse_after = 0;
	change(false, 7, 1);
	change(true, 7, 1);
	change(true, 8, 1);
	change(false, 8, 1);
	refuse_after = UINT32_MAX;
	apart_backlog_apply(&backlog, apply, known);
	ck_assert(known[7]);
	ck_assert(!known[8]);
	ck_assert(apart_backlog_is_done(&backlog));
}
END_TEST

START_TEST(many_are_applied_in_parts_that_can_fail)
{
	make();
	refuse_after = 1;
	change(true, 0, APART_BACKLOG_MAX);
	ck_assert_uint_eq(n_known(), APARTRULES_CHANGE_ADDRESSES);
	refuse_after = UINT32_MAX;
	apart_backlog_apply(&backlog, apply, known);
	ck_assert_uint_eq(n_known(), APART_BACKLOG_MAX);
	ck_assert(apart_backlog_is_done(&backlog));
}
END_TEST

/* More than a worker of ours says: that is not forgotten, either. */
START_TEST(too_many_are_never_done)
{
	make();
	refuse_after = 0;
	change(true, 0, APART_BACKLOG_MAX + 1);
	refuse_after = UINT32_MAX;
	apart_backlog_apply(&backlog, apply, known);
	ck_assert_uint_eq(n_known(), APART_BACKLOG_MAX);
	ck_assert(!apart_backlog_is_done(&backlog));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_change_that_failed_comes_with_the_next),
		UNIT_TEST(the_last_word_counts),
		UNIT_TEST(many_are_applied_in_parts_that_can_fail),
		UNIT_TEST(too_many_are_never_done),
	};

	return unit_run("apart_backlog", tests, UNIT_COUNT(tests));
}
