// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What nft lists of a map of forwards. Input: which map, and the list. Every count is of that map's
 * kind, and there are no more than elements.
 */
#include "forwardcounts.h"

#include "fuzz.h"

struct seen {
	unsigned map;
	size_t n;
};

static void take(void *context, const struct forwardcount *count)
{
	struct seen *seen = context;

	seen->n++;
	FUZZ_CHECK(count->any == !(seen->map & 1));
	FUZZ_CHECK(count->family == (seen->map & 2 ? AF_INET6 : AF_INET));
	FUZZ_CHECK(count->any || count->family == AF_INET6 || IN6_IS_ADDR_V4MAPPED(&count->host));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct seen seen = {.map = fuzz_take(&input) % FORWARDCOUNTS_MAPS};
	char *text = fuzz_text(input.data, input.size);
	size_t commas = 0;

	forwardcounts_read(text, seen.map, take, &seen);
	for (const char *at = text; *at; at++)
		commas += *at == ',';
	FUZZ_CHECK(seen.n <= commas + 1);
	free(text);
	return 0;
}
