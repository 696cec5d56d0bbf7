// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guard. Input: a frame. What a receiver steps over must not change the
 * verdict: to whom it goes, a tag, a SNAP header.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissected.h"
#include "fuzz.h"
#include "guard.h"
#include "mac.h"

enum { MACS = 2 * MAC_SIZE };

static struct guard guard;

/* A verdict on memory of its own size, which a sanitizer sees the end of. */
static enum guard_verdict judge(const uint8_t *data, size_t size)
{
	struct frame frame = {.data = malloc(size ? size : 1), .size = (uint32_t)size};
	enum guard_verdict verdict;

	if (!frame.data)
		abort();
	memcpy(frame.data, data, size);
	verdict = guard_judge(&guard, dissected(&frame));
	free(frame.data);
	return verdict;
}

/* The same frame with bytes between addresses and type: one wrapping more. */
static void compare_wrapped(const uint8_t *data, size_t size, const char *wrap, size_t wrap_size)
{
	uint8_t *wrapped = malloc(size + wrap_size);
	enum guard_verdict plain = judge(data, size);
	enum guard_verdict verdict;

	if (!wrapped)
		abort();
	memcpy(wrapped, data, MACS);
	memcpy(wrapped + MACS, wrap, wrap_size);
	memcpy(wrapped + MACS + wrap_size, data + MACS, size - MACS);
	verdict = judge(wrapped, size + wrap_size);
	free(wrapped);
	if (verdict != plain && verdict != GUARD_HIDDEN) {
		fprintf(stderr, "guard: %d, but wrapped %d\n", plain, verdict);
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char tag[] = "\x81\x00\x00\x00", snap[] = "\x00\x40\xaa\xaa\x03\0\0\0";

	if (guard_parse(&guard, "02:11:22:33:44:55,192.168.105.1,fd00::1") < 0)
		abort();
	if (size < FRAME_HEADER) {
		judge(data, size);
		return 0;
	}
	compare_wrapped(data, size, tag, sizeof(tag) - 1);
	compare_wrapped(data, size, snap, sizeof(snap) - 1);
	return 0;
}
