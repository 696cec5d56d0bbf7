// SPDX-License-Identifier: GPL-2.0-or-later
#include "port_tap.h"

#include <errno.h>
#include <linux/virtio_net.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bridge.h"

/* One frame into the ith buffer. 1, or 0 when there is none, or -errno. */
static int port_tap_read(struct port_tap *tap, unsigned i)
{
	struct virtio_net_hdr header;
	struct frame *frame = &tap->batch->frames[i];
	struct iovec iov[] = {{&header, sizeof(header)},
			      {batch_buffer(tap->batch, i), tap->batch->stride}};
	ssize_t n = readv(tap->source.fd, iov, 2);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n < (ssize_t)sizeof(header))
		return 0;
	frame->data = iov[1].iov_base;
	frame->size = (uint32_t)(n - (ssize_t)sizeof(header));
	return 1;
}

static void port_tap_ready(struct source *source, uint32_t events)
{
	struct port_tap *tap = container_of(source, struct port_tap, source);
	unsigned n = 0;
	int ret = 0;

	(void)events;
	while (n < PORT_BATCH && (ret = port_tap_read(tap, n)) > 0)
		n++;
	bridge_input(tap->port.bridge, &tap->port, tap->batch->frames, n);
	if (ret == -EBADFD)
		tap->gone(tap);
}

static void port_tap_send(struct port *port, const struct frame *frames, unsigned n)
{
	struct port_tap *tap = container_of(port, struct port_tap, port);
	struct virtio_net_hdr header = {0}; /* no offload: a whole frame with its checksums */

	for (unsigned i = 0; i < n; i++) {
		struct iovec iov[] = {{&header, sizeof(header)}, {frames[i].data, frames[i].size}};

		if (writev(tap->source.fd, iov, 2) >= 0)
			port_count_out(port, &frames[i], 1);
		else if (errno == EIO || errno == EBADFD) /* the device is down, or gone */
			port->counters.dropped_out[PORT_DROP_DOWN]++;
		else if (errno == EAGAIN)
			port->counters.dropped_out[PORT_DROP_FULL]++;
		else
			port->counters.dropped_out[PORT_DROP_ERROR]++;
	}
}

int port_tap_init(struct port_tap *tap, struct loop *loop, struct batch *batch, int fd,
		  const char *device, void (*gone)(struct port_tap *tap))
{
	static const struct port_ops ops = {.send = port_tap_send};

	*tap = (struct port_tap){.port.ops = &ops,
				 .source = {.fd = fd, .ready = port_tap_ready},
				 .loop = loop,
				 .batch = batch,
				 .gone = gone};
	snprintf(tap->port.name, sizeof(tap->port.name), "%s", device);
	return loop_add(loop, &tap->source, EPOLLIN);
}

void port_tap_finish(struct port_tap *tap)
{
	if (tap->loop)
		loop_remove(tap->loop, &tap->source);
}
