// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The join. Input: a byte for UDP or not, then frames, each a byte of what it is
 * and what that needs. Because no mutation would ever hit a checksum, a frame may
 * ask for valid ones, and may be the next segment of one before it.
 */
#include "fuzz.h"
#include "gro.h"
#include "judge.h"
#include "reference.h"

enum {
	OP_NEXT = 0x80,	 /* follows from the frame as many back as the lower bits say */
	OP_VALID = 0x40, /* gets valid checksums */
	OP_PATCH = 0x20, /* one byte changed: two bytes of where, one of what */
	OP_BACK = 0x1f,
};

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* The next segment: number and id go on. */
static void advance(const struct frame *frame, const struct packet *packet, bool tcp)
{
	uint8_t *id = frame->data + packet->l3 + 4, *seq = frame->data + packet->l4 + 4;
	uint32_t number = packet->payload_size;

	if (packet->version == 4)
		put16(id, ((unsigned)id[0] << 8 | id[1]) + 1);
	if (!tcp)
		return;
	number += (uint32_t)seq[0] << 24 | (uint32_t)seq[1] << 16 | (uint32_t)seq[2] << 8 | seq[3];
	put16(seq, number >> 16);
	put16(seq + 2, number);
}

static void make_valid(const struct frame *frame, const struct packet *packet, bool tcp)
{
	uint8_t *ip = frame->data + packet->l3, *l4 = frame->data + packet->l4;
	uint8_t *field = l4 + (tcp ? 16 : 6);
	size_t size = packet->payload + packet->payload_size - packet->l4;
	unsigned sum = packet->version == 4 ? reference_pseudo(ip + 12, 8, tcp ? 6 : 17, size)
					    : reference_pseudo(ip + 8, 32, tcp ? 6 : 17, size);

	if (packet->version == 4) {
		put16(ip + 10, 0);
		put16(ip + 10, 0xffffu ^ reference_sum(0, ip, packet->l4 - packet->l3));
	}
	put16(field, 0);
	sum = 0xffffu ^ reference_sum(sum, l4, size);
	put16(field, sum ? sum : 0xffff);
}

/* A frame of its own memory, which a sanitizer sees the end of. */
static bool make_frame(struct fuzz_input *input, struct frame *frames, unsigned n)
{
	unsigned op = fuzz_take(input);
	unsigned back = (op & OP_BACK) + 1;
	struct frame *frame = &frames[n];
	struct packet packet;
	enum packet_kind kind;

	*frame = (struct frame){0};
	if ((op & OP_NEXT) && back > n)
		return false;
	if (!(op & OP_NEXT)) {
		frame->size = fuzz_take16(input);
		if (frame->size > input->size)
			frame->size = (uint32_t)input->size;
	} else {
		frame->size = frames[n - back].size;
	}
	frame->data = malloc(frame->size ? frame->size : 1);
	if (!frame->data)
		return false;
	if (!(op & OP_NEXT)) {
		memcpy(frame->data, input->data, frame->size);
		input->data += frame->size;
		input->size -= frame->size;
	} else {
		memcpy(frame->data, frames[n - back].data, frame->size);
	}
	kind = packet_parse(&packet, frame);
	if ((op & OP_NEXT) && (kind == PACKET_TCP || kind == PACKET_UDP))
		advance(frame, &packet, kind == PACKET_TCP);
	if ((op & OP_PATCH) && frame->size > 0) {
		unsigned at = fuzz_take16(input) % frame->size;

		frame->data[at] = (uint8_t)fuzz_take(input);
		kind = packet_parse(&packet, frame);
	}
	if ((op & OP_VALID) && (kind == PACKET_TCP || kind == PACKET_UDP))
		make_valid(frame, &packet, kind == PACKET_TCP);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct gro gro;
	struct frame frames[GRO_BATCH];
	struct fuzz_input input = {data, size};
	bool udp = fuzz_take(&input);
	const char *fault;
	unsigned n = 0;

	while (n < GRO_BATCH && input.size > 0 && make_frame(&input, frames, n))
		n++;
	memset(&gro, 0xa5, sizeof(gro)); /* it asks for nothing */
	gro_join(&gro, frames, n, udp);
	fault = judge_join(&gro, frames, n);
	if (fault) {
		fprintf(stderr, "join: %s\n", fault);
		abort();
	}
	for (unsigned i = 0; i < n; i++)
		free(frames[i].data);
	return 0;
}
