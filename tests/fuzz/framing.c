// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames in a stream of bytes. Input: room for a frame (1 byte), how the rest is cut (1 byte), and
 * the stream. However it is cut, the same frames come, and the stream ends at the same length that
 * no frame has; what is kept between two pieces fits the room.
 */
#include <errno.h>

#include "frame.h"
#include "framing.h"
#include "fuzz.h"

enum { FRAMES_MAX = 512 };

struct result {
	unsigned n;
	uint32_t sizes[FRAMES_MAX];
	uint32_t sums[FRAMES_MAX]; /* of the bytes that are there */
	int end;
	uint32_t wrong;
};

static uint32_t sum_of(const struct frame *frame, uint32_t room)
{
	uint32_t n = frame->size < room ? frame->size : room;
	uint32_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum = sum * 31 + frame->data[i];
	return sum;
}

/* Takes all that is there; how many bytes are left of it. */
static size_t take(struct framing *framing, uint8_t *data, size_t size, struct result *result)
{
	size_t before = size;
	struct frame frame;

	while (result->end == 0) {
		int ret;

		memset(&frame, 0xa5, sizeof(frame));
		ret = framing_next(framing, &data, &size, &frame);
		FUZZ_CHECK(size <= before);
		if (ret <= 0) {
			result->end = ret;
			break;
		}
		FUZZ_CHECK(frame_is_plain(&frame));
		FUZZ_CHECK(frame.size > 0 && frame.size <= FRAMING_FRAME_MAX);
		if (result->n < FRAMES_MAX) {
			result->sizes[result->n] = frame.size;
			result->sums[result->n] = sum_of(&frame, framing->room);
		}
		result->n++;
	}
	result->wrong = result->end < 0 ? framing->length : 0;
	return size;
}

static void take_pieces(const uint8_t *data, size_t size, uint32_t room, unsigned cut,
			struct result *result)
{
	struct framing framing = {.room = room};
	size_t kept = 0;
	size_t at = 0;

	while (at < size && result->end == 0) {
		size_t piece = 1 + (cut + at * 7) % (cut + 1);
		size_t more = piece < size - at ? piece : size - at;
		/* What was kept, and what came: in memory that ends there. */
		uint8_t *memory = fuzz_copy(data + at - kept, kept + more);

		at += more;
		kept = take(&framing, memory, kept + more, result);
		FUZZ_CHECK(result->end < 0 || kept < FRAMING_LENGTH + room);
		FUZZ_CHECK(framing.skip == 0 || kept == 0);
		free(memory);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	uint32_t room = 1 + fuzz_take(&input);
	unsigned cut = fuzz_take(&input);
	struct framing framing = {.room = room};
	struct result whole = {0};
	struct result pieces = {0};
	uint8_t *memory = fuzz_copy(input.data, input.size);

	take(&framing, memory, input.size, &whole);
	free(memory);
	take_pieces(input.data, input.size, room, cut, &pieces);
	FUZZ_CHECK(whole.n == pieces.n);
	FUZZ_CHECK(memcmp(whole.sizes, pieces.sizes, sizeof(whole.sizes)) == 0);
	FUZZ_CHECK(memcmp(whole.sums, pieces.sums, sizeof(whole.sums)) == 0);
	FUZZ_CHECK(whole.end == pieces.end && whole.wrong == pieces.wrong);
	return 0;
}
