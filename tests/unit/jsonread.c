// SPDX-License-Identifier: GPL-2.0-or-later
#include "jsonread.h"

#include "unit.h"

static struct jsonread reader;

static int parse(const char *text)
{
	static bool made;

	if (!made)
		jsonread_init(&reader, 0);
	made = true;
	return jsonread_parse(&reader, text, strlen(text));
}

static const struct {
	const char *text;
	const char *command;
	const char *id;
} commands[] = {
	{"{\"execute\":\"stop\"}", "stop", ""},
	{"{\"execute\":\"stop\",\"id\":1}", "stop", "1"},
	{"{\"id\":\"a b\",\"execute\":\"stop\"}", "stop", "\"a b\""},
	{"{\"id\":null,\"execute\":\"stop\"}", "stop", "null"},
	{"{\"id\":{\"a\":[1,2.5]},\"execute\":\"\"}", "", "{\"a\":[1,2.5]}"},
	{"{\"execute\":\"x\",\"arguments\":{}}", "x", ""},
};

START_TEST(a_command_is_read)
{
	ck_assert_int_eq(parse(commands[_i].text), 0);
	ck_assert_str_eq(reader.command, commands[_i].command);
	ck_assert_str_eq(reader.id, commands[_i].id);
}
END_TEST

static const struct {
	const char *text;
	const char *problem;
	const char *id;
} wrongs[] = {
	{"{", "invalid JSON: ", ""},
	{"{]", "invalid JSON: ", ""},
	{"[]", "a command must be an object", ""},
	{"{}", "a command needs the member 'execute'", ""},
	{"{\"execute\":1}", "'execute' must be a string", ""},
	{"{\"execute\":1,\"id\":7}", "'execute' must be a string", "7"},
	{"{\"execute\":\"a\",\"execute\":\"b\"}", "invalid JSON: duplicate", ""},
	{"{\"execute\":\"a\",\"arguments\":[]}", "'arguments' must be an object", ""},
	{"{\"execute\":\"a\",\"x\":1,\"id\":2}", "a command has no member 'x'", "2"},
	{"{\"exec-oob\":\"a\"}", "a command has no member 'exec-oob'", ""},
	{"{\"execute\":\"\\u0000\"}", "invalid JSON: ", ""},
	{"{\"execute\":\"\xff\"}", "invalid JSON: ", ""},
	{"{\"execute\":\"a\",\"id\":99999999999999999999999}", "invalid JSON: ", ""},
};

START_TEST(what_is_wrong_is_said)
{
	ck_assert_int_eq(parse(wrongs[_i].text), -1);
	ck_assert_mem_eq(reader.problem, wrongs[_i].problem, strlen(wrongs[_i].problem));
	ck_assert_str_eq(reader.id, wrongs[_i].id);
}
END_TEST

START_TEST(an_id_has_a_length)
{
	char text[JSONREAD_ID_MAX + 64];

	for (int length = JSONREAD_ID_MAX - 4; length < JSONREAD_ID_MAX + 4; length++) {
		bool fits = length + 3 <= JSONREAD_ID_MAX;

		snprintf(text, sizeof(text), "{\"execute\":\"a\",\"id\":\"%0*d\"}", length, 1);
		ck_assert_int_eq(parse(text), fits ? 0 : -1);
		ck_assert_uint_eq(strlen(reader.id), fits ? (unsigned)length + 2 : 0);
	}
}
END_TEST

static const struct jsonread_argument known[] = {
	{"n", JSONREAD_NUMBER, true},	 {"rate", JSONREAD_NUMBER_OR_NULL, false},
	{"b", JSONREAD_BOOLEAN, false},	 {"t", JSONREAD_TEXT, false},
	{"list", JSONREAD_TEXTS, false}, {NULL, JSONREAD_NUMBER, false},
};

static const struct {
	const char *arguments;
	const char *problem; /* NULL: they fit */
} arguments[] = {
	{"{\"n\":0}", NULL},
	{"{\"n\":9223372036854775807}", NULL},
	{"{\"n\":1,\"rate\":null,\"b\":true,\"t\":\"\",\"list\":[]}", NULL},
	{"{\"n\":1,\"rate\":5,\"list\":[\"a\",\"b\"]}", NULL},
	{"{}", "the command needs the argument 'n'"},
	{"{\"n\":-1}", "the argument 'n' must be a whole number of at least 0"},
	{"{\"n\":1.0}", "the argument 'n' must be a whole number of at least 0"},
	{"{\"n\":null}", "the argument 'n' must be a whole number of at least 0"},
	{"{\"n\":1,\"rate\":\"\"}",
	 "the argument 'rate' must be a whole number of at least 0, or null"},
	{"{\"n\":1,\"b\":1}", "the argument 'b' must be true or false"},
	{"{\"n\":1,\"t\":[]}", "the argument 't' must be a string"},
	{"{\"n\":1,\"list\":\"a\"}", "the argument 'list' must be a list of strings"},
	{"{\"n\":1,\"list\":[\"a\",1]}", "the argument 'list' must be a list of strings"},
	{"{\"n\":1,\"m\":1}", "the command takes no argument 'm'"},
};

START_TEST(arguments_are_checked)
{
	char text[256];
	int ret = arguments[_i].problem ? -1 : 0;

	snprintf(text, sizeof(text), "{\"execute\":\"a\",\"arguments\":%s}",
		 arguments[_i].arguments);
	ck_assert_int_eq(parse(text), 0);
	ck_assert_int_eq(jsonread_check(&reader, known), ret);
	if (ret < 0)
		ck_assert_str_eq(reader.problem, arguments[_i].problem);
}
END_TEST

START_TEST(arguments_are_told)
{
	uint64_t number = 7;
	bool value = false;

	ck_assert_int_eq(parse("{\"execute\":\"a\",\"arguments\":{\"n\":3,\"rate\":null,\"b\":true,"
			       "\"t\":\"x\",\"list\":[\"y\",\"z\"]}}"),
			 0);
	ck_assert_int_eq(jsonread_check(&reader, known), 0);
	ck_assert(jsonread_number(&reader, "n", &number));
	ck_assert_uint_eq(number, 3);
	ck_assert(!jsonread_number(&reader, "rate", &number));
	ck_assert(!jsonread_number(&reader, "other", &number));
	ck_assert(jsonread_boolean(&reader, "b", &value) && value);
	ck_assert(!jsonread_boolean(&reader, "n", &value));
	ck_assert_str_eq(jsonread_text(&reader, "t"), "x");
	ck_assert_ptr_null(jsonread_text(&reader, "other"));
	ck_assert_uint_eq(jsonread_texts(&reader, "list"), 2);
	ck_assert_uint_eq(jsonread_texts(&reader, "other"), 0);
	ck_assert_str_eq(jsonread_text_at(&reader, "list", 1), "z");
	/* A command without any. */
	ck_assert_int_eq(parse("{\"execute\":\"a\"}"), 0);
	ck_assert_int_eq(jsonread_check(&reader, known + 5), 0);
	ck_assert_int_eq(jsonread_check(&reader, known), -1);
	ck_assert_uint_eq(jsonread_texts(&reader, "list"), 0);
}
END_TEST

/* As many values as fit into a line, and the arena refuses them; the next is read as if none were.
 */
START_TEST(memory_has_a_bound)
{
	enum { SIZE = 32 << 10 };
	static char text[SIZE];
	size_t n = (size_t)snprintf(text, SIZE, "{\"execute\":\"a\",\"id\":[[]");

	while (n < SIZE - 16)
		n += (size_t)snprintf(text + n, SIZE - n, ",[]");
	snprintf(text + n, SIZE - n, "]}");
	ck_assert_int_eq(parse(text), -1);
	ck_assert_str_eq(reader.problem, "the command is too large");
	for (int i = 0; i < 10000; i++)
		ck_assert_int_eq(parse(commands[i % UNIT_COUNT(commands)].text), 0);
	jsonread_empty(&reader);
	ck_assert_uint_eq(reader.arena.used, 0);
}
END_TEST

/* What a transaction of many forwards needs. */
START_TEST(many_texts_fit)
{
	enum { SIZE = 32 << 10, TEXTS = 700 };
	static char text[SIZE];
	size_t n = (size_t)snprintf(text, SIZE, "{\"execute\":\"a\",\"arguments\":{\"add\":[\"\"");

	for (int i = 1; i < TEXTS; i++)
		n += (size_t)snprintf(text + n, SIZE - n, ",\"tcp::%d-192.168.105.254:65535\"",
				      10000 + i);
	snprintf(text + n, SIZE - n, "]}}");
	ck_assert_int_eq(parse(text), 0);
	ck_assert_uint_eq(jsonread_texts(&reader, "add"), TEXTS);
	ck_assert_str_eq(jsonread_text_at(&reader, "add", 699), "tcp::10699-192.168.105.254:65535");
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_command_is_read, commands),
		UNIT_CASES(what_is_wrong_is_said, wrongs),
		UNIT_TEST(an_id_has_a_length),
		UNIT_CASES(arguments_are_checked, arguments),
		UNIT_TEST(arguments_are_told),
		UNIT_TEST(memory_has_a_bound),
		UNIT_TEST(many_texts_fit),
	};

	return unit_run("jsonread", tests, UNIT_COUNT(tests));
}
