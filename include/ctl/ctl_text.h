/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as people read and write them. */
#pragma once

#include <stdint.h>

enum { CTL_TEXT_MAX = 32 };

/* "999 B", "1.2 kB", "34 MB": powers of 1000, as usual for network speeds. Returns text. */
const char *ctl_text_bytes(uint64_t bytes, char text[CTL_TEXT_MAX]);

/* "500 bit/s", "10 Mbit/s". */
const char *ctl_text_rate(uint64_t bits, char text[CTL_TEXT_MAX]);

/* "45 s", "12 min", "2 h 5 min", "3 d 4 h": at most two units. */
const char *ctl_text_seconds(uint64_t seconds, char text[CTL_TEXT_MAX]);

/*
 * Parses bits per second: digits, optionally followed by k, M or G. 0; -EINVAL, also for 0 and for
 * too much.
 */
int ctl_text_parse_rate(const char *text, int64_t *bits);
