/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines for people, on stderr. Each call writes exactly one line; control characters in values are
 * shown as '?'. In the journal, a line starts with its <N> priority (sd-daemon(3)); on a terminal,
 * with the program's name.
 */
#pragma once

#include <stdbool.h>

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

/* Sets the least urgent level that is written. The default is info. */
void log_init(enum log_level level);

/* Changes it at run time; makes no system call. */
void log_set_level(enum log_level level);

/* The current level. */
enum log_level log_current_level(void);

/* Whether someone is watching: stderr is a terminal. */
bool log_is_on_terminal(void);

/* Reads "error", "warning", "info" or "debug" into *level. 0, or -EINVAL. */
int log_parse_level(const char *text, enum log_level *level);

/* The inverse of log_parse_level(). */
const char *log_level_name(enum log_level level);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_at(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
