/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A batch of frames as it arrives, put together flow by flow, and its join, which
 * is judged in every test: the tests themselves say only what should have become
 * of it.
 */
#pragma once

#include "gro.h"
#include "judge.h"
#include "reference.h"
#include "unit.h"

enum { BUFFER = 9200, PAYLOAD = 1 << 20, SEGMENT = 1000 };

static uint8_t payload[PAYLOAD], buffers[GRO_BATCH][BUFFER], copies[GRO_BATCH][BUFFER];
static struct frame frames[GRO_BATCH];
static unsigned n_frames;
static struct gro gro;

static const struct reference_flow tcp4 = {
	.version = 4,
	.protocol = REFERENCE_TCP,
	.flow = 2,
	.ttl = 64,
	.id = 100,
	.fragment = REFERENCE_DF,
	.seq = 1000,
	.ack = 2000,
	.flags = PACKET_TCP_ACK,
	.window = 500,
};

static inline void start(void)
{
	uint64_t seed = 1;

	for (size_t i = 0; i < PAYLOAD; i++)
		payload[i] = (uint8_t)reference_random(&seed);
	n_frames = 0;
}

static inline uint8_t *add_frame(const struct reference_flow *flow, size_t size)
{
	struct frame *frame = &frames[n_frames];

	ck_assert_uint_lt(n_frames, GRO_BATCH);
	frame->data = buffers[n_frames];
	frame->size = (uint32_t)reference_build(frame->data, flow, payload + n_frames * 8000, size);
	frame->vnet = (struct virtio_net_hdr){0};
	n_frames++;
	return frame->data;
}

/* A frame, after which the flow goes on as its sender would. */
static inline uint8_t *add(struct reference_flow *flow, size_t size)
{
	uint8_t *data = add_frame(flow, size);

	flow->seq += (uint32_t)size;
	flow->id++;
	return data;
}

/* Makes the checksums of a frame of IPv4 and TCP valid again after a change. */
static inline void arrivals_repair(uint8_t *data, size_t size)
{
	unsigned sum;

	memset(data + 24, 0, 2);
	sum = 0xffffu ^ reference_sum(0, data + 14, 20);
	data[24] = (uint8_t)(sum >> 8);
	data[25] = (uint8_t)sum;
	memset(data + 50, 0, 2);
	sum = reference_pseudo(data + 26, 8, REFERENCE_TCP, size - 34);
	sum = 0xffffu ^ reference_sum(sum, data + 34, size - 34);
	data[50] = (uint8_t)(sum >> 8);
	data[51] = (uint8_t)sum;
	ck_assert_ptr_null(reference_fault(data, size));
}

static inline void join(bool udp)
{
	memcpy(copies, buffers, sizeof(copies));
	gro_join(&gro, frames, n_frames, udp);
	ck_assert_mem_eq(copies, buffers, sizeof(copies));
	ck_assert_ptr_null(judge_join(&gro, frames, n_frames));
}

/* The packets must be of so many frames each, given as a row of digits. */
static inline void assert_join(const char *counts)
{
	char actual[GRO_BATCH + 1] = "";

	join(true);
	for (unsigned i = 0; i < gro.n_superframes; i++)
		actual[i] =
			(char)(gro.superframes[i].n_frames < 10 ? '0' + gro.superframes[i].n_frames
								: '*');
	ck_assert_str_eq(actual, counts);
}

/* In what a frame may differ from the one before it. */
enum arrivals_difference {
	SAME,
	SEQ_GAP,
	SEQ_BACK,
	ACK,
	WINDOW,
	TOS,
	TTL,
	ID,
	DF,
	OPTION,
	MORE_OPTIONS,
	URGENT,
	MAC, /* left to the caller */
	DIFFERENCES
};

static inline void arrivals_differ(enum arrivals_difference difference, struct reference_flow *flow)
{
	switch (difference) {
	case SEQ_GAP:
		flow->seq += 1;
		break;
	case SEQ_BACK:
		flow->seq -= SEGMENT;
		break;
	case ACK:
		flow->ack++;
		break;
	case WINDOW:
		flow->window++;
		break;
	case TOS:
		flow->tos = 3; /* congestion experienced */
		break;
	case TTL:
		flow->ttl--;
		break;
	case ID:
		flow->id++;
		break;
	case DF:
		flow->fragment ^= REFERENCE_DF;
		break;
	case OPTION:
		flow->options[11]++; /* the timestamp that is echoed */
		break;
	case MORE_OPTIONS:
		flow->n_options += 4;
		break;
	case URGENT: /* the pointer alone says nothing, but must not be lost */
		flow->urgent++;
		break;
	default:
		break;
	}
}
