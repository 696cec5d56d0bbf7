/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that a terminal shows but does not obey. Names come from guests, clients and anyone who can
 * name a file or a device. Each unprintable character (control characters, invisible ones, those
 * that reverse a line's direction), and each byte that is not UTF-8, becomes a question mark.
 */
#pragma once

#include <stddef.h>

/* Cleans size bytes of text in place. Returns the new length, which is never greater. */
size_t cleantext_clean(char *text, size_t size);

/*
 * Prints it cleaned to standard output, at most 4 KiB. Only a newline at the end of the format is
 * kept.
 */
void cleantext_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
