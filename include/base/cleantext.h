/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that a terminal shows and does not obey. Names come from guests, clients and whoever may
 * name a file or a device: what is not to be shown (control characters, what turns a line around
 * or is not seen), and bytes that are no UTF-8, become a question mark each.
 */
#pragma once

#include <stddef.h>

/* Cleans size bytes of text in place. The new length, which is no more. */
size_t cleantext_clean(char *text, size_t size);

/* Prints it clean to standard output; at most 4 KiB. A new line is one at the format's end only. */
void cleantext_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
