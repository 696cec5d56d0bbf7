// SPDX-License-Identifier: GPL-2.0-or-later
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleantext.h"

enum { LOG_LINE_MAX = 3072 };

static enum log_level log_threshold = LOG_LEVEL_INFO;
static bool log_to_journal;

static const struct {
	enum log_level level;
	const char *name;
	const char *prefix;
} log_levels[] = {
	{LOG_LEVEL_ERROR, "error", "error: "},
	{LOG_LEVEL_WARNING, "warning", "warning: "},
	{LOG_LEVEL_INFO, "info", ""},
	{LOG_LEVEL_DEBUG, "debug", "debug: "},
};

enum { LOG_LEVELS = sizeof(log_levels) / sizeof(log_levels[0]) };

/* JOURNAL_STREAM is "device:inode" of the stream that systemd connected. */
static bool log_stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device;
	unsigned long long inode;
	struct stat st;

	if (!stream || sscanf(stream, "%llu:%llu", &device, &inode) != 2)
		return false;
	return fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

void log_init(enum log_level level)
{
	log_threshold = level;
	log_to_journal = log_stderr_is_journal();
}

bool log_is_on_terminal(void)
{
	return !log_to_journal && isatty(STDERR_FILENO);
}

void log_set_level(enum log_level level)
{
	log_threshold = level;
}

enum log_level log_current_level(void)
{
	return log_threshold;
}

int log_parse_level(const char *text, enum log_level *level)
{
	for (unsigned i = 0; i < LOG_LEVELS; i++) {
		if (strcmp(text, log_levels[i].name) == 0) {
			*level = log_levels[i].level;
			return 0;
		}
	}
	return -EINVAL;
}

static unsigned log_index(enum log_level level)
{
	unsigned i = 0;

	while (i < LOG_LEVELS - 1 && log_levels[i].level != level)
		i++;
	return i;
}

const char *log_level_name(enum log_level level)
{
	return log_levels[log_index(level)].name;
}

static void log_write(enum log_level level, const char *format, va_list args)
{
	char line[LOG_LINE_MAX];
	int length;
	int saved = errno;

	if (level > log_threshold)
		return;
	if (log_to_journal)
		length = snprintf(line, sizeof(line), "<%d>", level);
	else
		length = snprintf(line, sizeof(line), "vde_vmnet: %s",
				  log_levels[log_index(level)].prefix);
	length += vsnprintf(line + length, sizeof(line) - length, format, args);
	if (length > LOG_LINE_MAX - 2)
		length = LOG_LINE_MAX - 2;
	length = (int)cleantext_clean(line, (size_t)length);
	line[length++] = '\n';
	/* One write per line, so that lines of our processes do not mix. */
	if (write(STDERR_FILENO, line, length) < 0)
		errno = saved; /* nobody is listening: nothing better to do */
	errno = saved;
}

#define LOG_FUNCTION(name, level)                                                                  \
	void name(const char *format, ...)                                                         \
	{                                                                                          \
		va_list args;                                                                      \
                                                                                                   \
		va_start(args, format);                                                            \
		log_write(level, format, args);                                                    \
		va_end(args);                                                                      \
	}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

void log_at(enum log_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_write(level, format, args);
	va_end(args);
}
