// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a frame says of addresses. Input: a frame. A tag or SNAP header, which a receiver steps
 * over, changes nothing, or the frame says that it hides something; and what says most says what
 * can be defended.
 */
#include <stdlib.h>
#include <string.h>

#include "claim.h"
#include "dissected.h"
#include "fuzz.h"
#include "mac.h"

enum { MACS = 2 * MAC_SIZE };

/* On memory of its own size, which a sanitizer sees the end of. */
static int read_claims(struct claim *claims, const uint8_t *data, size_t size)
{
	struct frame frame = {.data = malloc(size), .size = (uint32_t)size};
	int n;

	if (!frame.data)
		abort();
	memcpy(frame.data, data, size);
	n = claim_read(claims, dissected(&frame));
	free(frame.data);
	if (n > CLAIMS_A_FRAME)
		abort();
	return n;
}

static void compare_wrapped(const uint8_t *data, size_t size, const char *wrap, size_t wrap_size)
{
	struct claim plain[CLAIMS_A_FRAME];
	struct claim wrapped[CLAIMS_A_FRAME];
	uint8_t *frame = malloc(size + wrap_size);
	int n = read_claims(plain, data, size);
	int n_wrapped;

	if (!frame)
		abort();
	memcpy(frame, data, MACS);
	memcpy(frame + MACS, wrap, wrap_size);
	memcpy(frame + MACS + wrap_size, data + MACS, size - MACS);
	n_wrapped = read_claims(wrapped, frame, size + wrap_size);
	free(frame);
	if (n_wrapped >= 0 && n_wrapped != n)
		abort();
	for (int i = 0; i < n_wrapped; i++) {
		if (plain[i].kind != wrapped[i].kind ||
		    memcmp(&plain[i].address, &wrapped[i].address, sizeof(plain[i].address)) != 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char tag[] = "\x81\x00\x00\x00", snap[] = "\x00\x40\xaa\xaa\x03\0\0\0";

	if (size < FRAME_HEADER)
		return 0;
	compare_wrapped(data, size, tag, sizeof(tag) - 1);
	compare_wrapped(data, size, snap, sizeof(snap) - 1);
	return 0;
}
