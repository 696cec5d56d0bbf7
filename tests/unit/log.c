// SPDX-License-Identifier: GPL-2.0-or-later
#include "log.h"

#include <errno.h>
#include <stdbool.h>

#include "unit.h"

enum { TEXT_MAX = 8192, LINE_MAX_BYTES = 3072 };

static struct unit_capture capture;
static char text[TEXT_MAX];

/* What log_info() writes for a value. */
static const char *logged(const char *value)
{
	unit_capture_start(&capture);
	log_info("%s", value);
	unit_capture_end(&capture, text, sizeof(text));
	return text;
}

static const struct {
	enum log_level level;
	const char *name;
	const char *line;
	void (*log)(const char *format, ...) __attribute__((format(printf, 1, 2)));
} levels[] = {
	{LOG_LEVEL_ERROR, "error", "vde_vmnet: error: it is 7\n", log_error},
	{LOG_LEVEL_WARNING, "warning", "vde_vmnet: warning: it is 7\n", log_warning},
	{LOG_LEVEL_INFO, "info", "vde_vmnet: it is 7\n", log_info},
	{LOG_LEVEL_DEBUG, "debug", "vde_vmnet: debug: it is 7\n", log_debug},
};

START_TEST(a_level_hides_what_is_less_urgent)
{
	log_init(levels[_i].level);
	ck_assert_int_eq(log_current_level(), levels[_i].level);
	for (int i = 0; i < UNIT_COUNT(levels); i++) {
		unit_capture_start(&capture);
		levels[i].log("it is %d", 7);
		unit_capture_end(&capture, text, sizeof(text));
		ck_assert_str_eq(text, i <= _i ? levels[i].line : "");
	}
}
END_TEST

START_TEST(a_level_has_a_name)
{
	enum log_level level = (enum log_level)0;

	ck_assert_int_eq(log_parse_level(levels[_i].name, &level), 0);
	ck_assert_int_eq(level, levels[_i].level);
	ck_assert_str_eq(log_level_name(level), levels[_i].name);
}
END_TEST

static const char *const no_levels[] = {"",	 "Info",  "INFO", "warn", "err",      "info ",
					" info", "infos", "7",	  "none", "warning\n"};

START_TEST(what_is_no_level_is_refused)
{
	enum log_level level = LOG_LEVEL_WARNING;

	ck_assert_msg(log_parse_level(no_levels[_i], &level) == -EINVAL, "'%s'", no_levels[_i]);
	ck_assert_int_eq(level, LOG_LEVEL_WARNING);
}
END_TEST

START_TEST(info_is_shown_from_the_start)
{
	ck_assert_int_eq(log_current_level(), LOG_LEVEL_INFO);
	ck_assert_str_eq(logged("hello"), "vde_vmnet: hello\n");
}
END_TEST

static const struct {
	const char *value;
	const char *line;
} values[] = {
	{"", "vde_vmnet: \n"},
	{"a\nb", "vde_vmnet: a?b\n"},
	{"a\n", "vde_vmnet: a?\n"},
	{"a\r\nb\tc", "vde_vmnet: a??b?c\n"},
	{"\x1b[31mred\x7f", "vde_vmnet: ?[31mred?\n"},
	{"\x01\x1f", "vde_vmnet: ??\n"},
	{"caf\xc3\xa9 100% %s", "vde_vmnet: caf\xc3\xa9 100% %s\n"},
	{"\xc3\x84rger \xd0\x96 \xe2\x82\xac \xe6\x97\xa5 \xf0\x9f\x90\xa7",
	 "vde_vmnet: \xc3\x84rger \xd0\x96 \xe2\x82\xac \xe6\x97\xa5 \xf0\x9f\x90\xa7\n"},
	/* C1: CSI and NEL, as UTF-8, and as bytes of an 8-bit terminal. */
	{"a\xc2\x9b[mb\xc2\x85", "vde_vmnet: a?[mb?\n"},
	{"a\x9b[mb\x85", "vde_vmnet: a?[mb?\n"},
	/* No UTF-8: cut short, too long (of ESC, of a slash), surrogates, beyond the last. */
	{"a\xc3", "vde_vmnet: a?\n"},
	{"\xe2\x82", "vde_vmnet: ??\n"},
	{"\xc3z\xe2\x82z\xf0\x9f\x90z", "vde_vmnet: ?z??z???z\n"},
	{"\xc0\x9b\xc1\x9b\xe0\x80\xaf\xf0\x80\x80\x9b", "vde_vmnet: ???????????\n"},
	{"\xed\xa0\x80\xed\xbf\xbf", "vde_vmnet: ??????\n"},
	{"\xf4\x90\x80\x80\xf8\xff\xfe", "vde_vmnet: ???????\n"},
	/* What turns a line around, and what nobody sees. */
	{"a\xe2\x80\xaetxt.exe\xe2\x81\xa6", "vde_vmnet: a?txt.exe?\n"},
	{"\xd8\x9c\xe2\x80\x8b\xe2\x80\xa8\xef\xbb\xbf\xc2\xad\xf3\xa0\x81\x81",
	 "vde_vmnet: ??????\n"},
	/* Their neighbours are shown. */
	{"\xc2\xa0\xc2\xac\xc2\xae\xe2\x80\x8a\xe2\x80\x90\xe2\x80\xa7\xe2\x80\xaf",
	 "vde_vmnet: \xc2\xa0\xc2\xac\xc2\xae\xe2\x80\x8a\xe2\x80\x90\xe2\x80\xa7\xe2\x80\xaf\n"},
};

START_TEST(control_characters_become_question_marks)
{
	ck_assert_str_eq(logged(values[_i].value), values[_i].line);
}
END_TEST

/* Each code point of two bytes, and each byte. */
START_TEST(a_character_below_256)
{
	const char letter[] = {(char)(0xc0 | _i >> 6), (char)(0x80 | (_i & 0x3f)), 0};
	const char byte[] = {(char)_i, 0};
	const char *after = logged(_i < 0x80 ? byte : letter) + strlen("vde_vmnet: ");

	if (_i == 0)
		return;
	if (_i < ' ' || (_i >= 0x7f && _i < 0xa0) || _i == 0xad)
		ck_assert_str_eq(after, "?\n");
	else
		ck_assert_msg(after[0] == (_i < 0x80 ? byte : letter)[0] && after[1] != '?', "%s",
			      after);
	if (_i >= 0x80)
		ck_assert_str_eq(logged(byte) + strlen("vde_vmnet: "), "?\n");
}
END_TEST

/* Reads a line as a terminal does: its characters, none of which it obeys. */
static void judge(const char *line)
{
	const unsigned char *at = (const unsigned char *)line;

	while (*at != '\n') {
		unsigned more = *at < 0x80 ? 0 : *at < 0xe0 ? 1 : *at < 0xf0 ? 2 : 3;

		ck_assert_msg(*at >= ' ' && *at != 0x7f && (*at < 0x80 || *at >= 0xc2) &&
				      *at <= 0xf4,
			      "%02x", *at);
		ck_assert_msg(*at != 0xc2 || at[1] >= 0xa0, "C1 %02x", at[1]);
		for (at++; more > 0; more--, at++)
			ck_assert_msg(*at >= 0x80 && *at < 0xc0, "%02x", *at);
	}
	ck_assert_uint_eq(at[1], 0);
}

/* Of bytes that UTF-8 has a meaning for, more often than chance would have them. */
START_TEST(no_terminal_obeys_what_is_logged)
{
	static const unsigned char likely[] = {0x1b, 0x7f, 0x80, 0x85, 0x9b, 0x9f, 0xa0,
					       0xbf, 0xc0, 0xc2, 0xc3, 0xe0, 0xe2, 0xed,
					       0xef, 0xf0, 0xf3, 0xf4, 0xff, 'a'};
	char value[2100];

	srand((unsigned)_i);
	for (int i = 0; i < 400; i++) {
		size_t n = (size_t)rand() % (i % 8 ? 40 : sizeof(value));

		for (size_t at = 0; at < n; at++)
			value[at] = (char)(rand() % 4 ? likely[(size_t)rand() % sizeof(likely)]
						      : 1 + rand() % 255);
		value[n] = '\0';
		judge(logged(value));
	}
}
END_TEST

static const int lengths[] = {1000, 3058, 3059, 3060, 3061, 3062, 3071, 3072, 3073, 5000};

START_TEST(a_long_line_is_cut)
{
	static char value[TEXT_MAX];
	const size_t prefix = strlen("vde_vmnet: ");
	size_t expected = prefix + lengths[_i] + 1;

	memset(value, 'x', lengths[_i]);
	logged(value);
	if (expected >= LINE_MAX_BYTES)
		expected = LINE_MAX_BYTES - 1;
	ck_assert_uint_eq(strlen(text), expected);
	ck_assert_ptr_eq(strchr(text, '\n'), text + expected - 1);
	ck_assert_uint_eq(strspn(text + prefix, "x"), expected - prefix - 1);
}
END_TEST

START_TEST(a_line_leaves_errno_alone)
{
	errno = ENOTDIR;
	logged("hello");
	errno = ENOTDIR;
	log_debug("hidden");
	ck_assert_int_eq(errno, ENOTDIR);
	close(STDERR_FILENO);
	log_info("nobody listens");
	ck_assert_int_eq(errno, ENOTDIR);
}
END_TEST

/* Says that the journal has the stream with that inode number, plus off. */
static void announce_journal(ino_t off)
{
	char stream[64];
	struct stat st;

	ck_assert_int_eq(fstat(STDERR_FILENO, &st), 0);
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)(st.st_ino + off));
	ck_assert_int_eq(setenv("JOURNAL_STREAM", stream, 1), 0);
}

static const struct {
	ino_t off;
	const char *line;
} streams[] = {{0, "<4>is 7\n"}, {1, "vde_vmnet: warning: is 7\n"}};

START_TEST(the_journal_gets_priorities_when_it_listens)
{
	unit_capture_start(&capture);
	announce_journal(streams[_i].off);
	log_init(LOG_LEVEL_INFO);
	log_warning("is %d", 7);
	unit_capture_end(&capture, text, sizeof(text));
	ck_assert_str_eq(text, streams[_i].line);
}
END_TEST

static const char *const no_streams[] = {"", "8", "8:", "a:b", ":"};

START_TEST(a_broken_stream_is_no_journal)
{
	ck_assert_int_eq(setenv("JOURNAL_STREAM", no_streams[_i], 1), 0);
	log_init(LOG_LEVEL_INFO);
	ck_assert_str_eq(logged("hello"), "vde_vmnet: hello\n");
}
END_TEST

START_TEST(a_level_may_change)
{
	log_init(LOG_LEVEL_INFO);
	log_set_level(LOG_LEVEL_ERROR);
	ck_assert_int_eq(log_current_level(), LOG_LEVEL_ERROR);
	unit_capture_start(&capture);
	log_info("hidden");
	log_error("shown");
	unit_capture_end(&capture, text, sizeof(text));
	ck_assert_str_eq(text, "vde_vmnet: error: shown\n");
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_level_hides_what_is_less_urgent, levels),
		UNIT_CASES(a_level_has_a_name, levels),
		UNIT_CASES(what_is_no_level_is_refused, no_levels),
		UNIT_TEST(info_is_shown_from_the_start),
		UNIT_CASES(control_characters_become_question_marks, values),
		{a_character_below_256, 256},
		{no_terminal_obeys_what_is_logged, 4},
		UNIT_CASES(a_long_line_is_cut, lengths),
		UNIT_TEST(a_line_leaves_errno_alone),
		UNIT_CASES(the_journal_gets_priorities_when_it_listens, streams),
		UNIT_CASES(a_broken_stream_is_no_journal, no_streams),
		UNIT_TEST(a_level_may_change),
	};

	return unit_run("log", tests, UNIT_COUNT(tests));
}
