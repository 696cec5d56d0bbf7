/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports a recurring event once a minute. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { NOTICE_SILENCE = 60000 }; /* ms */

/* Zeroed: never reported. */
struct notice {
	bool told;
	int64_t since; /* ms, on the caller's clock */
};

/* Whether to report it at the time now; then not again for NOTICE_SILENCE. */
bool notice_take(struct notice *notice, int64_t now);
