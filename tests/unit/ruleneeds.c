// SPDX-License-Identifier: GPL-2.0-or-later
/* Which part of the rules a kernel does not know. */
#include "ruleneeds.h"

#include "ruleset.h"
#include "unit.h"

/* A kernel without one expression, which is pointed to. */
static bool can(void *without, const char *commands)
{
	return !strstr(commands, *(const char *const *)without);
}

static const char *lacks[] = {"fib saddr", "reject with",   "limit rate",
			      "ct state",  "ct count over", "masquerade"};

START_TEST(what_is_missing_is_found)
{
	const struct ruleneed *missing = ruleneed_find_missing(true, can, &lacks[_i]);

	ck_assert_ptr_eq(missing, &ruleneeds[_i]);
	ck_assert_int_eq(strncmp(lacks[_i], missing->expression, strlen(missing->expression)), 0);
	ck_assert_int_eq(strncmp(missing->module, "nft_", 4), 0);
}
END_TEST

START_TEST(without_an_outside_less_is_needed)
{
	const struct ruleneed *missing = ruleneed_find_missing(false, can, &lacks[_i]);

	ck_assert_ptr_eq(missing, ruleneeds[_i].outside ? NULL : &ruleneeds[_i]);
}
END_TEST

START_TEST(where_nothing_is_missing_none_is_named)
{
	const char *nothing = "no such expression";

	ck_assert_ptr_null(ruleneed_find_missing(true, can, &nothing));
}
END_TEST

/* The list is of what the rules have. */
START_TEST(the_rules_have_each)
{
	static char text[RULESET_MAX];
	const struct subnet subnet = {.gateway = 0xc0a86901, .prefix = 24};
	char expression[32];

	for (int outside = 0; outside < 2; outside++) {
		ruleset_format(&(struct ruleset){.table = "t",
						 .device = "d",
						 .subnet = &subnet,
						 .outside = outside,
						 .limits = {.guest = 8000, .tracked = 65536},
						 .port_low = 61000,
						 .port_high = 65535},
			       text);
		for (int i = 0; i < RULENEEDS; i++) {
			bool found;

			snprintf(expression, sizeof(expression), " %s ", ruleneeds[i].expression);
			found = strstr(text, expression) != NULL;
			expression[0] = '\t';
			found |= strstr(text, expression) != NULL;
			ck_assert_msg(found == (outside || !ruleneeds[i].outside), "%s",
				      expression);
		}
	}
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(what_is_missing_is_found, lacks),
		UNIT_CASES(without_an_outside_less_is_needed, lacks),
		UNIT_TEST(where_nothing_is_missing_none_is_named),
		UNIT_TEST(the_rules_have_each),
	};

	return unit_run("ruleneeds", tests, UNIT_COUNT(tests));
}
