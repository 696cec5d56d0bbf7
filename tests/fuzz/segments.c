// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How large a guest's segments are. Input: records of a byte that says what happens (by its lowest
 * two bits a port, by the third the way: from the guest, or to it as a super-frame; the others let
 * time pass), a byte of the size of the sender's segments, a byte of size, and a frame of that size
 * (of 4 bytes each, 0: the rest). Whatever came, segments are a multiple of the sender's and no
 * longer than the MTU, and what one port said is nothing to a port that said nothing.
 */
#include "segments.h"

#include "dissected.h"
#include "fuzz.h"

enum { PORTS = 5, SILENT = 4, MTU = 9000, TIME = 300 };

static struct segments segments;
static struct bridge bridge;
static struct port ports[PORTS];

static void learn(const struct port *port, const uint8_t *data, size_t size)
{
	struct frame frame = {.data = fuzz_copy(data, size), .size = (uint32_t)size};

	segments_learn(&segments, port, dissected(&frame));
	free(frame.data);
}

static uint32_t cut(const struct port *port, const struct frame *frame)
{
	struct gso gso;
	struct gso_segment segment;
	uint32_t sent;
	uint32_t size = 0;

	if (gso_begin(&gso, frame) < 0 || gso_frame_size(&gso) > frame_limit(frame, MTU))
		return 0;
	sent = gso.segment_size;
	segments_fit(&segments, port, &gso);
	FUZZ_CHECK(gso.segment_size % sent == 0);
	FUZZ_CHECK(gso_frame_size(&gso) <= frame_limit(frame, MTU));
	while (gso_next(&gso, &segment))
		size += segment.payload_size;
	FUZZ_CHECK(size == gso.end - gso.packet.payload);
	return gso.segment_size / sent;
}

static void send_down(const struct port *port, unsigned gso_size, const uint8_t *data, size_t size)
{
	struct frame frame = {.data = fuzz_copy(data, size), .size = (uint32_t)size};

	frame.vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	frame.vnet.gso_size = (uint16_t)(gso_size ? gso_size : 1);
	for (unsigned type = VIRTIO_NET_HDR_GSO_TCPV4; type <= VIRTIO_NET_HDR_GSO_UDP_L4; type++) {
		frame.vnet.gso_type = (uint8_t)type;
		FUZZ_CHECK(cut(&ports[SILENT], &frame) <= 1);
		FUZZ_CHECK(cut(port, &frame) <= 1 || type != VIRTIO_NET_HDR_GSO_UDP_L4);
	}
	free(frame.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct siphash_key key = {{1, 2}};
	struct fuzz_input input = {data, size};

	bridge_init(&bridge, MTU, 1);
	segments_init(&segments, &key);
	for (unsigned i = 0; i < PORTS; i++) {
		FUZZ_CHECK(bridge_add(&bridge, &ports[i]) == 0);
		segments_forget(&segments, &ports[i]);
	}
	while (input.size > 3) {
		unsigned what = fuzz_take(&input);
		unsigned gso_size = fuzz_take(&input);
		size_t part = fuzz_take(&input) * (size_t)4;
		const struct port *port = &ports[what & 3];

		if (part == 0 || part > input.size)
			part = input.size;
		bridge.now += (what >> 3) * TIME;
		if (what & 4)
			send_down(port, gso_size, input.data, part);
		else
			learn(port, input.data, part);
		input.data += part;
		input.size -= part;
	}
	return 0;
}
