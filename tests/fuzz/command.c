// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a client of the control socket sends. Input: a byte that says how it is cut, and the bytes.
 * However it is cut, the same commands are found; each is read, checked and forgotten, in the
 * arena's memory alone; and what is said of it is JSON again.
 */
#include "fuzz.h"
#include "jsonread.h"
#include "jsonwrite.h"
#include "qmpframe.h"

static struct jsonread reader;

static const struct jsonread_argument arguments[] = {
	{"id", JSONREAD_NUMBER, true},	 {"rate", JSONREAD_NUMBER_OR_NULL, false},
	{"on", JSONREAD_BOOLEAN, false}, {"level", JSONREAD_TEXT, false},
	{"add", JSONREAD_TEXTS, false},	 {NULL, JSONREAD_NUMBER, false},
};

/* Text of the client's that is said again is one line of JSON. */
static void answer(const char *text)
{
	static char memory[2 * JSONWRITE_TEXT_MAX + 16];
	struct jsonwrite writer = {.text = memory, .size = sizeof(memory)};

	jsonwrite_text(&writer, text);
	FUZZ_CHECK(!writer.full && writer.used >= 2);
	for (size_t i = 0; i < writer.used; i++)
		FUZZ_CHECK((unsigned char)memory[i] >= ' ');
}

static void read_arguments(void)
{
	uint64_t number;
	bool value;

	if (jsonread_check(&reader, arguments) < 0) {
		answer(reader.problem);
		return;
	}
	FUZZ_CHECK(jsonread_number(&reader, "id", &number) && number <= INT64_MAX);
	(void)jsonread_number(&reader, "rate", &number);
	(void)jsonread_boolean(&reader, "on", &value);
	if (jsonread_text(&reader, "level"))
		answer(jsonread_text(&reader, "level"));
	for (size_t i = 0; i < jsonread_texts(&reader, "add"); i++)
		answer(jsonread_text_at(&reader, "add", i));
}

static void read_command(const char *text, size_t size)
{
	char *copy = fuzz_copy(text, size);

	if (jsonread_parse(&reader, copy, size) < 0) {
		answer(reader.problem);
	} else {
		FUZZ_CHECK(reader.command);
		answer(reader.command);
		read_arguments();
	}
	FUZZ_CHECK(strlen(reader.id) < JSONREAD_ID_MAX && !strpbrk(reader.id, "\r\n"));
	free(copy);
	jsonread_empty(&reader);
	FUZZ_CHECK(reader.arena.used == 0);
}

/* Sums up the commands in a number; step: bytes that come at a time. *error: of the end. */
static uint64_t receive(const uint8_t *data, size_t size, size_t step, bool read, int *error)
{
	static struct qmpframe frame;
	uint64_t sum = 0;
	size_t length;
	size_t room;

	memset(&frame, 0, offsetof(struct qmpframe, bytes));
	while (size > 0) {
		char *to = qmpframe_room(&frame, &room);
		size_t n = step < size ? step : size;

		n = n < room ? n : room;
		FUZZ_CHECK(n > 0);
		memcpy(to, data, n);
		qmpframe_add(&frame, n);
		data += n;
		size -= n;
		while ((*error = qmpframe_find(&frame, &length)) == 1) {
			FUZZ_CHECK(length >= 2 && frame.bytes[0] == '{');
			for (size_t i = 0; i < length; i++)
				sum = sum * 31 + (unsigned char)frame.bytes[i] + 1;
			if (read)
				read_command(frame.bytes, length);
			qmpframe_take(&frame);
		}
		if (*error < 0)
			break;
	}
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	size_t step = fuzz_take(&input) + 1;
	int error_all = 0;
	int error_cut = 0;
	uint64_t all;

	if (reader.problem[0] == '\0')
		jsonread_init(&reader, 1);
	all = receive(input.data, input.size, input.size, true, &error_all);
	FUZZ_CHECK(receive(input.data, input.size, step, false, &error_cut) == all);
	FUZZ_CHECK(error_all == error_cut);
	return 0;
}
