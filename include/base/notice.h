/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happens again and again is told once in a minute. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { NOTICE_SILENCE = 60000 }; /* ms */

/* Zeroed: it was never told. */
struct notice {
	bool told;
	int64_t since; /* ms, of the clock that now is told by */
};

/* Whether it is to be told at the time now; then not again for NOTICE_SILENCE. */
bool notice_take(struct notice *notice, int64_t now);
