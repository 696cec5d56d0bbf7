// SPDX-License-Identifier: GPL-2.0-or-later
/* Columns that fit, whatever is in them. */
#include "ctl_table.h"

#include <locale.h>

#include "unit.h"

static char *printed;

static const char *print(struct ctl_table *table)
{
	size_t size;
	FILE *out = open_memstream(&printed, &size);

	ck_assert_int_eq(ctl_table_print(table, out), 0);
	fclose(out);
	ctl_table_finish(table);
	return printed;
}

static void add_all(struct ctl_table *table, const char *const *cells, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		ctl_table_add(table, cells[i]);
}

START_TEST(columns_are_as_wide_as_they_must_be)
{
	static const char *const cells[] = {"ID", "NAME", "SIZE", "1",	 "a",
					    "2",  "12",	  "name", "1234"};
	struct ctl_table table;

	ctl_table_init(&table, 3, 1U << 0 | 1U << 2);
	add_all(&table, cells, 9);
	ck_assert_str_eq(print(&table), "ID  NAME  SIZE\n"
					" 1  a        2\n"
					"12  name  1234\n");
}
END_TEST

START_TEST(no_line_ends_with_blanks)
{
	static const char *const cells[] = {"a",  "b",	"c",  "long", "  ",
					    NULL, NULL, "x ", NULL,   "y"};
	struct ctl_table table;

	ctl_table_init(&table, 3, 0);
	add_all(&table, cells, 10);
	ctl_table_end_row(&table);
	ctl_table_end_row(&table); /* it has ended */
	ck_assert_str_eq(print(&table), "a     b  c\n"
					"long  -\n"
					"      x\n"
					"y\n");
}
END_TEST

START_TEST(a_table_without_rows_is_nothing)
{
	struct ctl_table table;

	ctl_table_init(&table, 2, 0);
	ck_assert_str_eq(print(&table), "");
	ctl_table_finish(&table);
}
END_TEST

/* What guests choose neither moves the cursor nor the other columns. */
START_TEST(cells_are_cleaned_and_measured)
{
	static const char *const cells[] = {"\x1b[2Ja\nb",  "1", "\xc3\xa9\xc3\xa9", "2",
					    "\xe6\xbc\xa2", "3", "\xff\xfe",	     "4"};
	struct ctl_table table;

	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	ctl_table_init(&table, 2, 0);
	add_all(&table, cells, 8);
	ck_assert_str_eq(print(&table), "?[2Ja?b  1\n"
					"\xc3\xa9\xc3\xa9       2\n"
					"\xe6\xbc\xa2       3\n"
					"??       4\n");
	/* Where a terminal has no UTF-8, a character is still a column. */
	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C"));
	ctl_table_init(&table, 2, 0);
	ctl_table_add(&table, "\xc3\xa9\xc3\xa9");
	ctl_table_add(&table, "2");
	ctl_table_add(&table, "abc");
	ctl_table_add(&table, "1");
	ck_assert_str_eq(print(&table), "\xc3\xa9\xc3\xa9   2\nabc  1\n");
}
END_TEST

/* Cut, but not within a character. */
START_TEST(a_cell_has_an_end)
{
	char text[4 * CTL_TABLE_CELL_MAX] = "x";
	struct ctl_table table;

	for (int i = 0; i < CTL_TABLE_CELL_MAX; i++)
		strcat(text, "\xc3\xa9");
	ctl_table_init(&table, 1, 0);
	ctl_table_add(&table, text);
	print(&table);
	ck_assert_uint_eq(strlen(printed), CTL_TABLE_CELL_MAX - 1 + 1);
	ck_assert_ptr_null(strchr(printed, '?'));
	ctl_table_init(&table, 1, 0);
	ctl_table_format(&table, "%s", text);
	ck_assert_uint_le(strlen(print(&table)), CTL_TABLE_CELL_MAX + 1);
}
END_TEST

START_TEST(it_grows)
{
	struct ctl_table table;
	unsigned lines = 0;

	ctl_table_init(&table, 1, 1);
	for (int i = 0; i < 5000; i++)
		ctl_table_add_number(&table, i);
	print(&table);
	for (const char *at = printed; *at; at++)
		lines += *at == '\n';
	ck_assert_uint_eq(lines, 5000);
	ck_assert_int_eq(strncmp(printed, "   0\n   1\n", 10), 0);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(columns_are_as_wide_as_they_must_be),
		UNIT_TEST(no_line_ends_with_blanks),
		UNIT_TEST(a_table_without_rows_is_nothing),
		UNIT_TEST(cells_are_cleaned_and_measured),
		UNIT_TEST(a_cell_has_an_end),
		UNIT_TEST(it_grows),
	};

	return unit_run("ctl_table", tests, UNIT_COUNT(tests));
}
