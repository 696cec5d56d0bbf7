// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the offloads cost, without any I/O: checksum, split and join of full-size
 * segments, the best of many runs (of a machine whose speed drifts, the least is
 * the steadiest number).
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "checksum.h"
#include "gro.h"
#include "gso.h"
#include "reference.h"

enum { RUNS = 2000, SEGMENTS = 44, SEGMENT = 1448, STRIDE = 2048 };

static uint8_t super[REFERENCE_SIZE_MAX], buffers[GRO_BATCH][STRIDE], payload[SEGMENTS * SEGMENT];

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double time_checksum(size_t size)
{
	double start = now_ns();
	uint64_t sum = 0;

	for (int i = 0; i < 100; i++)
		sum = checksum_add(sum & 0xff, super, size);
	*(volatile uint64_t *)super = sum;
	return (now_ns() - start) / 100;
}

static double time_split(const struct frame *frame)
{
	struct gso_segment segment;
	double start = now_ns();
	unsigned n = 0;
	struct gso gso;

	if (gso_begin(&gso, frame) == 0)
		for (; gso_next(&gso, &segment); n++)
			__asm__ volatile("" ::"r"(&segment) : "memory");
	return n ? (now_ns() - start) / n : 0;
}

static double time_join(const struct frame *frames, unsigned n)
{
	static struct gro gro;
	double start = now_ns();

	gro_join(&gro, frames, n, true);
	return (now_ns() - start) / n;
}

static void least(double *least, double value)
{
	if (*least == 0 || value < *least)
		*least = value;
}

int main(void)
{
	struct reference_flow flow = {.version = 4,
				      .protocol = REFERENCE_TCP,
				      .fragment = REFERENCE_DF,
				      .flags = PACKET_TCP_ACK,
				      .n_options = 12};
	struct frame frame = {.data = super}, frames[GRO_BATCH], flows[GRO_BATCH];
	static uint8_t other[GRO_BATCH][STRIDE];
	double checksum = 0, small = 0, split = 0, join = 0, apart = 0;

	frame.size = (uint32_t)reference_build(super, &flow, payload, sizeof(payload));
	frame.vnet.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
	frame.vnet.gso_size = SEGMENT;
	for (unsigned i = 0; i < GRO_BATCH; i++) {
		struct reference_flow alone = flow;

		frames[i] = (struct frame){.data = buffers[i]};
		frames[i].size = (uint32_t)reference_build(buffers[i], &flow, payload, SEGMENT);
		flow.seq += SEGMENT;
		flow.id++;
		alone.flow = i;
		flows[i] = (struct frame){.data = other[i]};
		flows[i].size = (uint32_t)reference_build(other[i], &alone, payload, SEGMENT);
	}
	for (int i = 0; i < RUNS; i++) {
		least(&checksum, time_checksum(SEGMENT));
		least(&small, time_checksum(20));
		least(&split, time_split(&frame));
		least(&join, time_join(frames, GRO_BATCH));
		least(&apart, time_join(flows, GRO_BATCH));
	}
	printf("checksum of %d bytes: %.1f ns, %.1f GB/s; of 20 bytes: %.1f ns\n", SEGMENT,
	       checksum, SEGMENT / checksum, small);
	printf("split, for each of %d segments: %.1f ns\n", SEGMENTS, split);
	printf("join, for each of %d segments of one flow: %.1f ns; of as many flows: %.1f ns\n",
	       GRO_BATCH, join, apart);
	return 0;
}
