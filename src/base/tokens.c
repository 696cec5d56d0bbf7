// SPDX-License-Identifier: GPL-2.0-or-later
#include "tokens.h"

#define TOKENS_SECOND UINT64_C(1000000000) /* ns */

enum {
	TOKENS_SECONDS_MAX = 1000000, /* counted at once, at most: it is full by then */
	TOKENS_BITS = 8,	      /* per byte */
};

static int64_t tokens_burst(uint64_t rate)
{
	int64_t burst = (int64_t)(rate / (1000 / TOKENS_BURST_TIME));
	int64_t least = (int64_t)TOKENS_BURST_MIN * TOKENS_BITS;

	return burst < least ? least : burst;
}

void tokens_init(struct tokens *tokens, uint64_t rate, int64_t now)
{
	int64_t burst = tokens_burst(rate);

	*tokens = (struct tokens){.rate = rate, .burst = burst, .left = burst, .since = now};
}

/*
 * Adds what has come in since then. No product exceeds 64 bits: there are at most 1e9 ns in a
 * second.
 */
static void tokens_refill(struct tokens *tokens, int64_t now)
{
	uint64_t elapsed = now > tokens->since ? (uint64_t)(now - tokens->since) : 0;
	uint64_t seconds = elapsed / TOKENS_SECOND;
	uint64_t rest = elapsed % TOKENS_SECOND;
	uint64_t parts = rest * (tokens->rate % TOKENS_SECOND) + tokens->fraction;

	if (elapsed == 0)
		return;
	tokens->since = now;
	if (seconds > TOKENS_SECONDS_MAX)
		seconds = TOKENS_SECONDS_MAX;
	tokens->left += (int64_t)(seconds * tokens->rate + rest * (tokens->rate / TOKENS_SECOND) +
				  parts / TOKENS_SECOND);
	tokens->fraction = parts % TOKENS_SECOND;
	if (tokens->left >= tokens->burst) {
		tokens->left = tokens->burst;
		tokens->fraction = 0;
	}
}

int64_t tokens_left(struct tokens *tokens, int64_t now)
{
	tokens_refill(tokens, now);
	return tokens->left > 0 ? (tokens->left + TOKENS_BITS - 1) / TOKENS_BITS
				: tokens->left / TOKENS_BITS;
}

void tokens_take(struct tokens *tokens, uint32_t bytes)
{
	tokens->left -= (int64_t)bytes * TOKENS_BITS;
}

int64_t tokens_due(const struct tokens *tokens)
{
	uint64_t lacking = tokens->left > 0 ? 0 : (uint64_t)(1 - tokens->left);
	uint64_t seconds = lacking / tokens->rate;
	uint64_t rest = lacking % tokens->rate;

	/*
	 * If the product would exceed 64 bits, a little later: the rate is above 4 bits per ns
	 * then.
	 */
	rest = rest > UINT32_MAX ? (rest / (tokens->rate / TOKENS_SECOND)) + 1
				 : (rest * TOKENS_SECOND + tokens->rate - 1) / tokens->rate;
	return tokens->since + (int64_t)(seconds * TOKENS_SECOND + rest);
}
