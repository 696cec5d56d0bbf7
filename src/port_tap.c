// SPDX-License-Identifier: GPL-2.0-or-later
#include "port_tap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bridge.h"

enum {
	TAP_FRAME_MAX = 65536 + 64, /* of an IP packet of 65535 bytes, with room for its headers */
	/*
	 * What is read at once: a few super-frames, which stay in the cache until they
	 * are sent. make bench, one TCP stream down: one at a time is 0.71 times as
	 * fast, two are the same within the noise.
	 */
	TAP_MEMORY = 256 << 10,
	TAP_ALIGN = 64, /* a cache line */
};

/* One frame, with its vnet header, to the memory at offset. 1, 0: there is none, or -errno. */
static int port_tap_read(struct port_tap *tap, size_t offset, struct frame *frame)
{
	struct iovec iov[] = {{&frame->vnet, sizeof(frame->vnet)},
			      {tap->memory + offset, TAP_FRAME_MAX}};
	ssize_t n = readv(tap->source.fd, iov, 2);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n < (ssize_t)sizeof(frame->vnet))
		return 0;
	frame->data = iov[1].iov_base;
	frame->size = (uint32_t)(n - (ssize_t)sizeof(frame->vnet));
	return 1;
}

static void port_tap_ready(struct source *source, uint32_t events)
{
	struct port_tap *tap = container_of(source, struct port_tap, source);
	size_t offset = 0;
	unsigned n = 0;
	int ret = 0;

	(void)events;
	while (n < PORT_BATCH && offset <= TAP_MEMORY - TAP_FRAME_MAX) {
		struct frame *frame = &tap->frames[n];
		size_t size;

		ret = port_tap_read(tap, offset, frame);
		if (ret <= 0)
			break;
		size = frame->size < FRAME_MIN ? FRAME_MIN : frame->size; /* it will be padded */
		offset += (size + TAP_ALIGN - 1) / TAP_ALIGN * TAP_ALIGN;
		n++;
	}
	bridge_input(tap->port.bridge, &tap->port, tap->frames, n);
	if (ret == -EBADFD)
		tap->gone(tap);
}

static void port_tap_send(struct port *port, const struct frame *frames, unsigned n)
{
	struct port_tap *tap = container_of(port, struct port_tap, port);
	struct port_counters *counters = &port->counters;

	gro_join(&tap->gro, frames, n, tap->joins_udp);
	for (unsigned i = 0; i < tap->gro.n_packets; i++) {
		const struct gro_packet *packet = &tap->gro.packets[i];

		if (writev(tap->source.fd, packet->iov, (int)packet->n_iov) >= 0) {
			counters->frames_out += packet->n_frames;
			counters->bytes_out += packet->n_bytes;
		} else if (errno == EIO || errno == EBADFD) { /* the device is down, or gone */
			counters->dropped_out[PORT_DROP_DOWN] += packet->n_frames;
		} else if (errno == EAGAIN) {
			counters->dropped_out[PORT_DROP_FULL] += packet->n_frames;
		} else {
			counters->dropped_out[PORT_DROP_ERROR] += packet->n_frames;
		}
	}
}

int port_tap_init(struct port_tap *tap, struct loop *loop, int fd, const char *device,
		  bool joins_udp, void (*gone)(struct port_tap *tap))
{
	static const struct port_ops ops = {.send = port_tap_send};

	*tap = (struct port_tap){.port.ops = &ops,
				 .source = {.fd = fd, .ready = port_tap_ready},
				 .loop = loop,
				 .joins_udp = joins_udp,
				 .gone = gone};
	snprintf(tap->port.name, sizeof(tap->port.name), "%s", device);
	tap->memory = aligned_alloc(TAP_ALIGN, TAP_MEMORY);
	return tap->memory ? loop_add(loop, &tap->source, EPOLLIN) : -ENOMEM;
}

void port_tap_finish(struct port_tap *tap)
{
	if (tap->loop)
		loop_remove(tap->loop, &tap->source);
	free(tap->memory);
	tap->memory = NULL;
}
