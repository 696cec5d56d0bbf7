/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The time that passes: it never goes back, whatever is done to the time of day. */
#pragma once

#include <stdint.h>
#include <time.h>

static inline int64_t clock_read(clockid_t clock) /* ms */
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline int64_t clock_now(void) /* ms, CLOCK_MONOTONIC */
{
	return clock_read(CLOCK_MONOTONIC);
}
