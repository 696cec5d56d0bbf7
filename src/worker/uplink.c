// SPDX-License-Identifier: GPL-2.0-or-later
#include "uplink.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/uio.h>

/*
 * Bytes to read at once: a few super-frames, which stay in the cache until they are sent. make
 * bench, one TCP stream down: one at a time is 0.71 times as fast, two are the same within the
 * noise.
 */
enum { UPLINK_BYTES = 192 << 10 };

int uplink_init(struct uplink *uplink, struct pool *pool, bool joins_udp)
{
	uplink->joins_udp = joins_udp;
	uplink->pool = pool;
	uplink->reserve = malloc(UPLINK_FRAME_MAX);
	return uplink->reserve ? 0 : -ENOMEM;
}

void uplink_finish(struct uplink *uplink)
{
	free(uplink->reserve);
	uplink->reserve = NULL;
}

/* Reads one frame. Returns like the reader; *run is its memory in the pool, or NULL. */
static int uplink_read_one(struct uplink *uplink, struct port *port, uplink_reader *reader,
			   uint8_t **run)
{
	struct frame *frame = &uplink->frames[uplink->n];
	int ret;

	*run = pool_take(uplink->pool, UPLINK_FRAME_MAX);
	ret = reader(port, *run ? *run : uplink->reserve, frame, uplink->n);
	if (!*run)
		return ret;
	if (ret > 0) /* it will be padded */
		pool_trim(uplink->pool, *run,
			  (uint32_t)(frame->data - *run) +
				  (frame->size < FRAME_MIN ? FRAME_MIN : frame->size));
	else
		pool_give(uplink->pool, *run);
	return ret;
}

int uplink_read(struct uplink *uplink, struct port *port, uplink_reader *reader, unsigned max)
{
	uint32_t bytes = 0;
	bool more = true;
	int ret = 1;

	uplink->n = 0;
	while (uplink->n < max && bytes < UPLINK_BYTES && more) {
		uint8_t **run = &uplink->runs[uplink->n];

		ret = uplink_read_one(uplink, port, reader, run);
		if (ret <= 0)
			break;
		more = *run; /* there is only one reserve */
		bytes += uplink->frames[uplink->n].size;
		uplink->n++;
	}
	return ret < 0 && uplink->n == 0 ? ret : (int)uplink->n;
}

void uplink_release(struct uplink *uplink)
{
	for (unsigned i = 0; i < uplink->n; i++) {
		if (uplink->runs[i])
			pool_give(uplink->pool, uplink->runs[i]);
	}
	uplink->n = 0;
}

static int uplink_pass(struct uplink *uplink, struct port *port, uplink_reader *reader,
		       uplink_sender *sender, unsigned max)
{
	int n = uplink_read(uplink, port, reader, max);

	if (n > 0)
		sender(port, uplink->frames, (unsigned)n);
	uplink_release(uplink);
	return n;
}

/* Forwards the first before looking for more: often it is the only one. */
int uplink_turn(struct uplink *uplink, struct port *port, uplink_reader *reader,
		uplink_sender *sender)
{
	int n = uplink_pass(uplink, port, reader, sender, 1);

	if (n > 0)
		n = uplink_pass(uplink, port, reader, sender, PORT_BATCH);
	return n < 0 ? n : 0;
}

static enum port_drop uplink_drop_reason(int error)
{
	switch (error) {
	case EIO:    /* a TAP that is down */
	case EBADFD: /* one that is gone */
	case EBADF:  /* there is none now */
	case ENETDOWN:
	case ENXIO:
		return PORT_DROP_DOWN;
	case EAGAIN:
	case ENOBUFS:
		return PORT_DROP_FULL;
	case EMSGSIZE:
		return PORT_DROP_LONG;
	default:
		return PORT_DROP_ERROR;
	}
}

void uplink_write(struct uplink *uplink, struct port *port, int fd, const struct frame *frames,
		  unsigned n)
{
	struct port_counters *counters = &port->counters;

	gro_join(&uplink->gro, frames, n, uplink->joins_udp);
	for (unsigned i = 0; i < uplink->gro.n_superframes; i++) {
		const struct gro_superframe *joined = &uplink->gro.superframes[i];

		if (writev(fd, joined->iov, (int)joined->n_iov) >= 0) {
			counters->frames_out += joined->n_frames;
			counters->bytes_out += joined->n_bytes;
		} else {
			counters->dropped_out[uplink_drop_reason(errno)] += joined->n_frames;
		}
	}
}

void uplink_write_lan(struct uplink *uplink, struct port *port, int fd, const struct frame *frames,
		      unsigned n)
{
	unsigned first = 0;

	for (unsigned i = 0; i < n; i++) {
		if (!frame_is_link_local(&frames[i]))
			continue;
		port->counters.dropped_out[PORT_DROP_BARRED]++;
		uplink_write(uplink, port, fd, frames + first, i - first);
		first = i + 1;
	}
	uplink_write(uplink, port, fd, frames + first, n - first);
}
