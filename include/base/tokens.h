/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A token bucket: how much may pass at a given rate. If there is anything in it, a caller may take
 * more than that, and then waits until the debt is paid; so large frames pass, too. Pure; the
 * caller tells the time, in ns of a clock that never goes back.
 */
#pragma once

#include <stdint.h>

/* Bits per second: from a rate at which one frame takes seconds, to more than any device has. */
#define TOKENS_RATE_MIN UINT64_C(8000)
#define TOKENS_RATE_MAX UINT64_C(1000000000000)

enum {
	/* Minimum capacity in bytes: TCP's initial window, 10 segments (RFC 6928). */
	TOKENS_BURST_MIN = 16384,
	/* Capacity in ms at the rate: as long as a busy machine may keep us from running. */
	TOKENS_BURST_TIME = 10,
};

struct tokens {
	uint64_t rate;	   /* bits per second */
	int64_t burst;	   /* bits */
	int64_t left;	   /* bits; below 0: a debt */
	uint64_t fraction; /* of a bit, in 1e-9 */
	int64_t since;	   /* ns, when left was updated */
};

/* Starts full; rate is from TOKENS_RATE_MIN to TOKENS_RATE_MAX. */
void tokens_init(struct tokens *tokens, uint64_t rate, int64_t now);

/* Bytes that may pass now; 0 or less: none. */
int64_t tokens_left(struct tokens *tokens, int64_t now);

/* That many bytes have passed. */
void tokens_take(struct tokens *tokens, uint32_t bytes);

/* When the next byte may pass (ns), from what tokens_left() last found; not before that time. */
int64_t tokens_due(const struct tokens *tokens);
