// SPDX-License-Identifier: GPL-2.0-or-later
#include "qmpframe.h"

#include <errno.h>

#include "unit.h"

static struct qmpframe frame;

static void add(const char *text, size_t size)
{
	size_t room;
	char *to = qmpframe_room(&frame, &room);

	ck_assert_uint_ge(room, size);
	memcpy(to, text, size);
	qmpframe_add(&frame, size);
}

/* What a client may send at once, and the commands in it. */
static const struct {
	const char *sent;
	const char *commands[3];
} streams[] = {
	{"{}\n", {"{}"}},
	{"{}", {"{}"}},
	{"\r\n {\"a\":1}\r\n", {"{\"a\":1}"}},
	{"{\"a\":{}}{\"b\":[1,{}]} {}", {"{\"a\":{}}", "{\"b\":[1,{}]}", "{}"}},
	{"{\"a\": \"}\"}", {"{\"a\": \"}\"}"}},
	{"{\"a\": \"\\\"}\"}x", {"{\"a\": \"\\\"}\"}"}},
	{"{\"a\": \"\\\\\"}{}", {"{\"a\": \"\\\\\"}", "{}"}},
	{"{\n\"a\":\n1\n}\n", {"{\n\"a\":\n1\n}"}},
	{"{]", {"{]"}}, /* as long as it is; that it is no JSON is for others to say */
};

static void expect_commands(const char *const *commands, unsigned *n)
{
	size_t size;

	while (*n < 3 && qmpframe_find(&frame, &size) == 1) {
		ck_assert_ptr_nonnull(commands[*n]);
		ck_assert_uint_eq(size, strlen(commands[*n]));
		ck_assert_mem_eq(frame.bytes, commands[*n], size);
		ck_assert_int_eq(qmpframe_find(&frame, &size), 1); /* it stays */
		qmpframe_take(&frame);
		++*n;
	}
}

START_TEST(commands_are_found)
{
	unsigned n = 0;

	memset(&frame, 0, sizeof(frame));
	add(streams[_i].sent, strlen(streams[_i].sent));
	expect_commands(streams[_i].commands, &n);
	ck_assert(n == 3 || !streams[_i].commands[n]);
}
END_TEST

START_TEST(commands_are_found_however_they_are_cut)
{
	unsigned n = 0;

	memset(&frame, 0, sizeof(frame));
	for (const char *at = streams[_i].sent; *at; at++) {
		add(at, 1);
		expect_commands(streams[_i].commands, &n);
	}
	ck_assert(n == 3 || !streams[_i].commands[n]);
}
END_TEST

static const struct {
	const char *sent;
	int error;
	bool begun;
} others[] = {
	{"", 0, false},
	{" \r\n\t", 0, false},
	{"{\"a\"", 0, true},
	{"{\"}", 0, true},
	{"quit\n", -EPROTO, true},
	{"[]", -EPROTO, true},
	{"\xff\xff", -EPROTO, true},
	{"{[[[[[[[", 0, true},
	{"{[[[[[[[[", -ELOOP, true},
	{"{{{{{{{{{}}}}}}}}}", -ELOOP, true},
	{"{\"[[[[[[[[[[[[[\"", 0, true},
};

START_TEST(what_is_no_command_is_none)
{
	size_t size;

	memset(&frame, 0, sizeof(frame));
	add(others[_i].sent, strlen(others[_i].sent));
	ck_assert_int_eq(qmpframe_find(&frame, &size), others[_i].error);
	ck_assert_int_eq(qmpframe_find(&frame, &size) < 0, others[_i].error < 0);
	ck_assert_int_eq(qmpframe_has_begun(&frame), others[_i].begun);
}
END_TEST

START_TEST(a_command_has_a_length)
{
	static char text[QMPFRAME_MAX];
	size_t size;

	memset(text, ' ', sizeof(text));
	text[0] = '{';
	memset(&frame, 0, sizeof(frame));
	add(text, sizeof(text) - 1);
	ck_assert_int_eq(qmpframe_find(&frame, &size), 0);
	add("}", 1);
	ck_assert_int_eq(qmpframe_find(&frame, &size), 1);
	ck_assert_uint_eq(size, sizeof(text));
	qmpframe_take(&frame);
	add(text, sizeof(text));
	ck_assert_int_eq(qmpframe_find(&frame, &size), -EMSGSIZE);
	/* Blanks before it are no part of it. */
	memset(&frame, 0, sizeof(frame));
	text[0] = ' ';
	add(text, sizeof(text));
	ck_assert_int_eq(qmpframe_find(&frame, &size), 0);
	qmpframe_room(&frame, &size);
	ck_assert_uint_eq(size, sizeof(text));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(commands_are_found, streams),
		UNIT_CASES(commands_are_found_however_they_are_cut, streams),
		UNIT_CASES(what_is_no_command_is_none, others),
		UNIT_TEST(a_command_has_a_length),
	};

	return unit_run("qmpframe", tests, UNIT_COUNT(tests));
}
