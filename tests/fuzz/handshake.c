// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first message of a switch's client. Input: the message. It may arrive in any pieces: an
 * answer, once given, stands, and comes before the room for the message is full.
 */
#include "fuzz.h"
#include "handshake.h"

static void check(const struct handshake *handshake)
{
	const char *end = memchr(handshake->description, 0, sizeof(handshake->description));

	FUZZ_CHECK(end != NULL);
	for (const char *at = handshake->description; at < end; at++)
		FUZZ_CHECK(*at >= ' ' && *at < 0x7f);
	FUZZ_CHECK(handshake->path[sizeof(handshake->path) - 1] == '\0');
	FUZZ_CHECK(handshake_is_abstract(handshake) != (handshake->path[0] == '/'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct handshake first;
	struct handshake next;
	int last = 0;

	for (size_t n = 0; n <= size && n <= HANDSHAKE_MAX; n++) {
		void *piece = fuzz_copy(data, n);
		int answer;

		memset(&next, 0xa5, sizeof(next)); /* it asks for nothing */
		answer = handshake_parse(&next, piece, n);
		free(piece);
		FUZZ_CHECK(last == 0 || answer == last);
		FUZZ_CHECK(n < HANDSHAKE_SIZE || answer != 0);
		if (answer == 1)
			check(&next);
		if (answer == 1 && last == 0)
			first = next;
		FUZZ_CHECK(answer != 1 || memcmp(first.path, next.path, sizeof(next.path)) == 0);
		last = answer;
	}
	return 0;
}
