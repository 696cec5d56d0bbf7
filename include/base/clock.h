/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Elapsed time: it never goes back, whatever happens to the time of day. */
#pragma once

#include <stdint.h>
#include <time.h>

static inline int64_t clock_read_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline int64_t clock_read(clockid_t clock) /* ms */
{
	return clock_read_ns(clock) / 1000000;
}

static inline int64_t clock_ns(void) /* CLOCK_MONOTONIC */
{
	return clock_read_ns(CLOCK_MONOTONIC);
}

static inline int64_t clock_now(void) /* ms, CLOCK_MONOTONIC */
{
	return clock_read(CLOCK_MONOTONIC);
}
