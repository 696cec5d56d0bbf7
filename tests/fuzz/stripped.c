// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an emulator left undone. Input: 2 bytes that say the MTU, 2 with the size of a frame that
 * the guest gets, which may say what somebody takes; that frame, and one of the guest. A plain
 * frame that comes out is as it was but for a checksum, and a super-frame's segments are whole and
 * fit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "gso.h"
#include "judge.h"
#include "receivers.h"
#include "stripped.h"

enum { MTU_MIN = 576, FIELD = 2, HEADER = 4 };

static void fail(const char *fault)
{
	fprintf(stderr, "stripped: %s\n", fault);
	abort();
}

/* Bytes that are others now: they may be in one field. */
static void check_changes(const uint8_t *before, const struct frame *frame)
{
	uint32_t first = 0;
	uint32_t last = frame->size;

	while (first < frame->size && before[first] == frame->data[first])
		first++;
	while (last > first && before[last - 1] == frame->data[last - 1])
		last--;
	if (last - first > FIELD)
		fail("more than a checksum has changed");
}

static void check_super(const struct frame *frame, unsigned mtu)
{
	const char *fault = judge_split(frame);
	struct gso gso;

	if (fault)
		fail(fault);
	if (gso_begin(&gso, frame) < 0)
		fail("a super-frame cannot be split");
	if (gso.n_segments < 2 || gso_frame_size(&gso) > frame_limit(frame, mtu))
		fail("its segments do not fit");
}

static unsigned number(const uint8_t *data)
{
	return (unsigned)(data[0] << 8 | data[1]);
}

/* A copy of its size, whose end a sanitizer sees. */
static struct frame copy(const uint8_t *data, size_t size)
{
	struct frame frame = {.data = malloc(size ? size : 1), .size = (uint32_t)size};

	if (!frame.data)
		abort();
	memcpy(frame.data, data, size);
	return frame;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct siphash_key key = {{1, 2}};
	static struct receivers receivers;
	struct frame said, frame;
	bool lacked;
	unsigned mtu;

	if (size < HEADER || size - HEADER < number(data + 2) ||
	    size - HEADER - number(data + 2) > STRIPPED_FRAME_MAX)
		return 0;
	mtu = MTU_MIN + number(data) % (PACKET_SIZE_MAX - MTU_MIN);
	said = copy(data + HEADER, number(data + 2));
	data += HEADER + said.size;
	frame = copy(data, size - HEADER - said.size);
	frame.vnet.gso_type = 0xff;
	receivers_init(&receivers, &key);
	receivers_learn(&receivers, &said, 1);
	lacked = stripped_lacks_checksum(&frame, mtu);
	stripped_restore(&frame, mtu, &receivers, 1);
	check_changes(data, &frame);
	if (!frame_is_plain(&frame)) {
		check_super(&frame, mtu);
	} else {
		if (lacked != (memcmp(frame.data, data, frame.size) != 0))
			fail("what lacks a checksum, and what is completed, are not the same");
		if (stripped_lacks_checksum(&frame, mtu))
			fail("it still lacks a checksum");
	}
	free(said.data);
	free(frame.data);
	return 0;
}
