// SPDX-License-Identifier: GPL-2.0-or-later
/* {fd}, {netdev} and {mac} in the words of a command. */
#include "ctl_template.h"

#include "unit.h"

static const struct {
	const char *word;
	unsigned uses;
	const char *filled;
} words[] = {
	{"", 0, ""},
	{"qemu", 0, "qemu"},
	{"{fd}", CTL_TEMPLATE_FD, "7"},
	{"tap,fd={fd},id=n0", CTL_TEMPLATE_FD, "tap,fd=7,id=n0"},
	{"{netdev},id=n0", CTL_TEMPLATE_NETDEV, "vde,sock={mac},id=n0"}, /* once, and no further */
	{"{fd}{mac}{fd}", CTL_TEMPLATE_FD | CTL_TEMPLATE_MAC, "752:54:00:12:34:567"},
	{"{{fd}}", CTL_TEMPLATE_FD, "{7}"},
	{"{fd", 0, "{fd"},
	{"{FD} {} {else} }{", 0, "{FD} {} {else} }{"},
};

START_TEST(a_word_is_filled)
{
	char *const list[] = {(char *)words[_i].word, NULL};
	const struct ctl_template_values values = {"7", "vde,sock={mac}", "52:54:00:12:34:56"};
	char **filled = ctl_template_fill(list, &values);

	ck_assert_uint_eq(ctl_template_uses(list), words[_i].uses);
	ck_assert_ptr_nonnull(filled);
	ck_assert_str_eq(filled[0], words[_i].filled);
	ck_assert_ptr_null(filled[1]);
	ctl_template_free(filled);
}
END_TEST

START_TEST(what_has_no_value_stays)
{
	char *const list[] = {(char *)"a{fd}", (char *)"b{mac}", NULL};
	const struct ctl_template_values values = {.mac = "x"};
	char **filled = ctl_template_fill(list, &values);

	ck_assert_uint_eq(ctl_template_uses(list), CTL_TEMPLATE_FD | CTL_TEMPLATE_MAC);
	ck_assert_str_eq(filled[0], "a{fd}");
	ck_assert_str_eq(filled[1], "bx");
	ck_assert_ptr_null(filled[2]);
	ctl_template_free(filled);
	ctl_template_free(NULL);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_word_is_filled, words),
		UNIT_TEST(what_has_no_value_stays),
	};

	return unit_run("ctl_template", tests, UNIT_COUNT(tests));
}
