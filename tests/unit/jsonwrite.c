// SPDX-License-Identifier: GPL-2.0-or-later
#include "jsonwrite.h"

#include "unit.h"

static char memory[512];

static struct jsonwrite begin(size_t size)
{
	memset(memory, '#', sizeof(memory));
	return (struct jsonwrite){.text = memory, .size = size};
}

static void expect(const struct jsonwrite *writer, const char *text)
{
	ck_assert(!writer->full);
	ck_assert_uint_eq(writer->used, strlen(text));
	ck_assert_mem_eq(writer->text, text, writer->used);
}

START_TEST(values_are_written)
{
	struct jsonwrite writer = begin(sizeof(memory));

	jsonwrite_begin_object(&writer);
	jsonwrite_named_text(&writer, "name", "shared");
	jsonwrite_named_number(&writer, "most", UINT64_MAX);
	jsonwrite_named_boolean(&writer, "yes", true);
	jsonwrite_named_boolean(&writer, "no", false);
	jsonwrite_name(&writer, "list");
	jsonwrite_begin_list(&writer);
	jsonwrite_null(&writer);
	jsonwrite_number(&writer, 0);
	jsonwrite_begin_object(&writer);
	jsonwrite_end_object(&writer);
	jsonwrite_begin_list(&writer);
	jsonwrite_end_list(&writer);
	jsonwrite_end_list(&writer);
	jsonwrite_named_text(&writer, "none", NULL);
	jsonwrite_named_text(&writer, "last", "");
	jsonwrite_end_object(&writer);
	expect(&writer, "{\"name\": \"shared\",\"most\": 18446744073709551615,\"yes\": true,"
			"\"no\": false,\"list\": [null,0,{},[]],\"none\": null,\"last\": \"\"}");
}
END_TEST

static const struct {
	const char *text;
	const char *written;
} texts[] = {
	{"plain", "\"plain\""},
	{"a\"b\\c", "\"a\\\"b\\\\c\""},
	{"\x1b[31m\n", "\"?[31m?\""},
	{"\xc3\xa9\xff", "\"\xc3\xa9?\""},
};

START_TEST(text_is_harmless)
{
	struct jsonwrite writer = begin(sizeof(memory));

	jsonwrite_text(&writer, texts[_i].text);
	expect(&writer, texts[_i].written);
}
END_TEST

/* Nothing is written beyond the end, and what was whole before can be kept. */
START_TEST(what_does_not_fit_is_known)
{
	for (size_t size = 0; size < 20; size++) {
		struct jsonwrite writer = begin(size);
		struct jsonwrite whole;

		jsonwrite_begin_list(&writer);
		whole = writer;
		jsonwrite_text(&writer, "twelve bytes");
		jsonwrite_end_list(&writer);
		ck_assert_int_eq(writer.full, size < 16);
		ck_assert_uint_le(writer.used, size);
		ck_assert_int_eq(memory[size], '#');
		if (size == 0)
			continue;
		ck_assert(!whole.full);
		ck_assert_uint_eq(whole.used, 1);
	}
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(values_are_written),
		UNIT_CASES(text_is_harmless, texts),
		UNIT_TEST(what_does_not_fit_is_known),
	};

	return unit_run("jsonwrite", tests, UNIT_COUNT(tests));
}
