// SPDX-License-Identifier: GPL-2.0-or-later
#include "forward_batch.h"

#include "unit.h"

static const struct forward_client somebody = {.known = true, .uid = 7};

START_TEST(lines_are_added_and_removed)
{
	struct forward_batch batch = {0};
	char text[HOSTFWD_TEXT_MAX];

	forward_batch_begin(&batch, 1, &somebody);
	forward_batch_add(&batch, "+tcp::22-192.168.105.2\n-udp::53-web:5353\n");
	forward_batch_add(&batch, "");
	forward_batch_add(&batch, "-tcp::80-[fd00::2]:80\n");
	ck_assert_int_eq(batch.problem.status, 0);
	ck_assert_uint_eq(batch.n_add, 1);
	ck_assert_uint_eq(batch.n_remove, 2);
	ck_assert_uint_eq(batch.client.uid, 7);
	ck_assert_str_eq(hostfwd_format(&batch.lists[0], text), "tcp::22-192.168.105.2:22");
	ck_assert_str_eq(hostfwd_format(&forward_batch_removed(&batch)[1], text),
			 "tcp::80-[fd00::2]:80");
	/* Another takes its place. */
	forward_batch_begin(&batch, 2, &somebody);
	ck_assert_uint_eq(batch.n_add + batch.n_remove, 0);
	forward_batch_end(&batch);
	ck_assert_uint_eq(batch.token, 0);
	forward_batch_end(&batch);
}
END_TEST

START_TEST(the_first_that_is_wrong_is_named)
{
	struct forward_batch batch = {0};
	char line[400];

	forward_batch_begin(&batch, 1, &somebody);
	forward_batch_add(&batch, "+tcp::22-192.168.105.2\n+tcp::0-192.168.105.2\n+nonsense\n");
	forward_batch_add(&batch, "+tcp::23-192.168.105.2\n");
	ck_assert_int_ne(batch.problem.status, 0);
	ck_assert_ptr_nonnull(
		strstr(batch.problem.text, "tcp::0-192.168.105.2: '0' is not a port"));
	ck_assert_uint_eq(batch.n_add, 1);
	memset(line, 'x', sizeof(line));
	line[0] = '+';
	strcpy(line + sizeof(line) - 2, "\n");
	forward_batch_begin(&batch, 2, &somebody);
	forward_batch_add(&batch, line);
	ck_assert_ptr_nonnull(strstr(batch.problem.text, "a forward is too long"));
	forward_batch_end(&batch);
}
END_TEST

static const char *const one_more[] = {"-tcp::9999-192.168.105.2\n", "+tcp::9999-192.168.105.2\n"};

START_TEST(there_is_an_end_to_each_list)
{
	struct forward_batch batch = {0};
	char line[64];

	forward_batch_begin(&batch, 1, &somebody);
	for (int i = 0; i < 2 * HOSTFWD_MAX; i++) {
		snprintf(line, sizeof(line), "%ctcp::%d-192.168.105.2\n", "+-"[i & 1], i + 1);
		forward_batch_add(&batch, line);
		ck_assert_int_eq(batch.problem.status, 0);
	}
	forward_batch_add(&batch, one_more[_i]);
	ck_assert_ptr_nonnull(strstr(batch.problem.text, "at most 1024"));
	ck_assert_uint_eq(batch.n_add, HOSTFWD_MAX);
	ck_assert_uint_eq(batch.n_remove, HOSTFWD_MAX);
	forward_batch_end(&batch);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(lines_are_added_and_removed),
		UNIT_TEST(the_first_that_is_wrong_is_named),
		UNIT_CASES(there_is_an_end_to_each_list, one_more),
	};

	return unit_run("forward_batch", tests, UNIT_COUNT(tests));
}
