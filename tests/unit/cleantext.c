// SPDX-License-Identifier: GPL-2.0-or-later
/* Text that a terminal shows and does not obey. Which characters these are: unit/log. */
#include "cleantext.h"

#include "unit.h"

static char *printed;
static size_t size;
static FILE *real;

static void start(void)
{
	real = stdout;
	stdout = open_memstream(&printed, &size);
	ck_assert_ptr_nonnull(stdout);
}

static const char *end(void)
{
	fclose(stdout);
	stdout = real;
	return printed;
}

START_TEST(it_is_cleaned_in_place)
{
	char text[] = "a\x1b[2J\xe2\x80\xae\xffz";

	ck_assert_uint_eq(cleantext_clean(text, sizeof(text) - 1), 8);
	ck_assert_int_eq(memcmp(text, "a?[2J??z", 8), 0);
}
END_TEST

START_TEST(lines_end_where_the_format_says_so)
{
	start();
	cleantext_print("%s, %d\n", "eth\n0", 7);
	cleantext_print("%s", "eth1\n");
	cleantext_print("%s", "");
	cleantext_print("%s\n", "\t");
	ck_assert_str_eq(end(), "eth?0, 7\neth1??\n");
}
END_TEST

START_TEST(what_is_too_long_is_cut)
{
	static char text[8192];

	memset(text, 'x', sizeof(text) - 1);
	start();
	cleantext_print("%s\n", text);
	end();
	ck_assert_uint_eq(size, 4095);
	ck_assert_str_eq(printed + 4093, "x\n");
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(it_is_cleaned_in_place),
		UNIT_TEST(lines_end_where_the_format_says_so),
		UNIT_TEST(what_is_too_long_is_cut),
	};

	return unit_run("cleantext", tests, UNIT_COUNT(tests));
}
