// SPDX-License-Identifier: GPL-2.0-or-later
#include "port_tap.h"

#include <errno.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bridge.h"

static int port_tap_read(struct port *port, uint8_t *memory, struct frame *frame, unsigned index)
{
	const struct port_tap *tap = container_of(port, struct port_tap, port);
	struct iovec iov[] = {{&frame->vnet, sizeof(frame->vnet)}, {memory, UPLINK_FRAME_MAX}};
	ssize_t n = readv(tap->source.fd, iov, 2);

	(void)index;
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n < (ssize_t)sizeof(frame->vnet))
		return 0;
	frame->data = memory;
	frame->size = (uint32_t)(n - (ssize_t)sizeof(frame->vnet));
	return 1;
}

static void port_tap_pass(struct port *port, struct frame *frames, unsigned n)
{
	bridge_input(port->bridge, port, frames, n);
}

static void port_tap_ready(struct source *source, uint32_t events)
{
	struct port_tap *tap = container_of(source, struct port_tap, source);

	(void)events;
	if (uplink_turn(&tap->uplink, &tap->port, port_tap_read, port_tap_pass) == -EBADFD)
		tap->gone(tap);
}

static void port_tap_send(struct port *port, const struct frame *frames, unsigned n)
{
	struct port_tap *tap = container_of(port, struct port_tap, port);

	if (tap->on_lan)
		uplink_write_lan(&tap->uplink, port, tap->source.fd, frames, n);
	else
		uplink_write(&tap->uplink, port, tap->source.fd, frames, n);
}

int port_tap_init(struct port_tap *tap, struct loop *loop, struct pool *pool, const char *device,
		  bool joins_udp, void (*gone)(struct port_tap *tap))
{
	static const struct port_ops ops = {.send = port_tap_send};

	*tap = (struct port_tap){.port.ops = &ops,
				 .source = {.fd = -1, .ready = port_tap_ready},
				 .loop = loop,
				 .gone = gone};
	tap->port.label = (struct port_label){.kind = "tap", .place = device};
	snprintf(tap->port.name, sizeof(tap->port.name), "%s", device);
	return uplink_init(&tap->uplink, pool, joins_udp);
}

int port_tap_attach(struct port_tap *tap, int fd)
{
	tap->source.fd = fd;
	return loop_add(tap->loop, &tap->source, EPOLLIN);
}

void port_tap_finish(struct port_tap *tap)
{
	if (tap->loop)
		loop_close(tap->loop, &tap->source);
	uplink_finish(&tap->uplink);
}
