// SPDX-License-Identifier: GPL-2.0-or-later
#include "peer_stream.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer_wire.h"

enum {
	STREAM_USUAL = FRAMING_LENGTH + FRAME_HEADER + 1500, /* bytes of a full-size frame */
	STREAM_MIN = PORT_BATCH * (FRAMING_LENGTH + FRAME_MIN),
};

int peer_streams_init(struct peer_streams *streams, unsigned payload)
{
	enum { ALIGN = 64 }; /* a cache line */

	streams->room = FRAMING_LENGTH + FRAME_HEADER + FRAME_ENCAPSULATION_MAX + payload;
	streams->room = (streams->room + ALIGN - 1) / ALIGN * ALIGN;
	streams->max = PORT_BATCH * STREAM_USUAL;
	if (streams->max < 2 * streams->room)
		streams->max = 2 * streams->room;
	streams->memory = malloc((size_t)streams->room + streams->max);
	return streams->memory ? 0 : -ENOMEM;
}

void peer_streams_finish(struct peer_streams *streams)
{
	free(streams->memory);
	streams->memory = NULL;
}

void peer_stream_begin(struct peer_stream *stream)
{
	stream->framing = (struct framing){.room = stream->streams->room - FRAMING_LENGTH};
	stream->in_size = 0;
	stream->out_at = 0;
	stream->want = STREAM_MIN;
}

/* ---- in -------------------------------------------------------------------------- */

/* The bridge pads short frames, which would overwrite the next one. */
static void stream_set_aside(struct peer_streams *streams, unsigned i)
{
	struct frame *frame = &streams->frames[i];

	if (frame->size >= FRAME_MIN)
		return;
	memcpy(streams->padded[i], frame->data, frame->size);
	frame->data = streams->padded[i];
}

/*
 * Reads less at once if frames are small, so that a peer that sends many gets no longer turns than
 * others. Shrinks at once, grows gradually.
 */
static void stream_adapt(struct peer_stream *stream, size_t bytes, unsigned n)
{
	size_t wanted = n > 0 ? bytes / n * PORT_BATCH : SIZE_MAX;

	if (wanted > 2 * (size_t)stream->want)
		wanted = 2 * (size_t)stream->want;
	if (wanted > stream->streams->max)
		wanted = stream->streams->max;
	stream->want = wanted < STREAM_MIN ? STREAM_MIN : (uint32_t)wanted;
}

/* Passes on the frames in size bytes, and keeps an incomplete one. 0, or -EPROTO. */
static int stream_pass(struct peer *peer, uint8_t *data, size_t size)
{
	struct peer_stream *stream = peer->stream;
	struct peer_streams *streams = stream->streams;
	size_t all = size;
	unsigned passed = 0;
	int ret;

	do {
		unsigned n = 0;

		while (n < PORT_BATCH && (ret = framing_next(&stream->framing, &data, &size,
							     &streams->frames[n])) > 0)
			stream_set_aside(streams, n++);
		if (n > 0)
			peer_pass(peer, streams->frames, n);
		passed += n;
	} while (ret > 0);
	if (ret < 0)
		return ret;
	memcpy(stream->in, data, size);
	stream->in_size = (uint32_t)size;
	stream_adapt(stream, all, passed);
	return 0;
}

/* read() drops any descriptors that are sent along. */
static void stream_receive(struct peer *peer)
{
	struct peer_stream *stream = peer->stream;
	uint8_t *fresh = stream->streams->memory + stream->streams->room;
	uint8_t *begin = fresh - stream->in_size;
	ssize_t n = read(peer->data.fd, fresh, stream->want);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		memcpy(begin, stream->in, stream->in_size);
		peer->fault = stream_pass(peer, begin, stream->in_size + (size_t)n);
	}
	if (n <= 0 || peer->fault < 0)
		peer_lose(peer);
}

/* ---- out ------------------------------------------------------------------------- */

static_assert(offsetof(struct gso_segment, header) ==
		      offsetof(struct gso_segment, length) + FRAMING_LENGTH,
	      "the length comes right before the header");

/* A message with its length: in one part with its header, if that was made for it. */
static unsigned stream_gather_message(struct outbox *outbox, unsigned i, uint32_t *length,
				      struct iovec *iov)
{
	const struct msghdr *header = &outbox->messages[i].msg_hdr;
	struct gso_segment *segment = &outbox->segments[i];
	size_t part = 0;
	unsigned n = 1;

	*length = framing_length(outbox->messages[i].msg_len);
	iov[0] = (struct iovec){length, FRAMING_LENGTH};
	if (header->msg_iov[0].iov_base == segment->header) {
		segment->length = *length;
		iov[0] = (struct iovec){&segment->length,
					FRAMING_LENGTH + header->msg_iov[part++].iov_len};
	}
	for (; part < header->msg_iovlen; part++)
		iov[n++] = header->msg_iov[part];
	return n;
}

/* All that is to be sent, in one list; how long that is. */
static unsigned stream_gather(const struct peer *peer, unsigned n_messages)
{
	struct peer_streams *streams = peer->stream->streams;
	struct iovec *iov = streams->iov;
	unsigned n = 0;

	if (peer->unsent > 0)
		iov[n++] = (struct iovec){peer->stream->out + peer->stream->out_at, peer->unsent};
	for (unsigned i = 0; i < n_messages; i++)
		n += stream_gather_message(peer->outbox, i, &streams->lengths[i], iov + n);
	return n;
}

static void stream_keep_part(struct peer *peer, const struct iovec *part, size_t *gone)
{
	size_t before = *gone < part->iov_len ? *gone : part->iov_len;

	*gone -= before;
	assert(peer->unsent + part->iov_len - before <= peer->stream->streams->room);
	memcpy(peer->stream->out + peer->unsent, (const uint8_t *)part->iov_base + before,
	       part->iov_len - before);
	peer->unsent += (uint32_t)(part->iov_len - before);
}

/* Keeps a message whose first bytes were sent. */
static void stream_keep(struct peer *peer, unsigned message, size_t gone)
{
	const struct msghdr *header = &peer->outbox->messages[message].msg_hdr;
	const struct iovec length = {&peer->stream->streams->lengths[message], FRAMING_LENGTH};

	peer->stream->out_at = 0;
	stream_keep_part(peer, &length, &gone);
	for (size_t part = 0; part < header->msg_iovlen; part++)
		stream_keep_part(peer, &header->msg_iov[part], &gone);
}

/*
 * That many bytes were sent. Returns how many messages are done, including a partly sent one, which
 * is kept here.
 */
static unsigned stream_sent(struct peer *peer, unsigned n_messages, size_t sent)
{
	struct port_counters *counters = &peer->port->counters;
	uint32_t before = sent < peer->unsent ? (uint32_t)sent : peer->unsent;
	unsigned done = 0;

	peer->stream->out_at += before;
	peer->unsent -= before;
	for (sent -= before; sent > 0 && done < n_messages; done++) {
		size_t size = FRAMING_LENGTH + peer->outbox->messages[done].msg_len;

		if (sent < size)
			stream_keep(peer, done, sent);
		sent -= sent < size ? sent : size;
		counters->frames_out++;
		counters->bytes_out += peer->outbox->messages[done].msg_len;
	}
	return done;
}

static unsigned stream_flush(struct peer *peer)
{
	unsigned n = peer->outbox->n;
	struct msghdr all = {.msg_iov = peer->stream->streams->iov,
			     .msg_iovlen = stream_gather(peer, n)};
	enum port_drop reason;
	ssize_t sent;

	peer->outbox->n = 0;
	if (all.msg_iovlen == 0)
		return 0;
	do
		sent = sendmsg(peer->data.fd, &all, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent >= 0) {
		n = stream_sent(peer, n, (size_t)sent);
		peer->full = peer->unsent > 0;
		return n;
	}
	reason = peer_drop_reason(errno);
	if (reason == PORT_DROP_FULL) {
		peer->full = true;
		return 0;
	}
	/*
	 * If the peer is gone, a read will tell; if not, the rest of a partly sent frame still goes
	 * first.
	 */
	peer->port->counters.dropped_out[reason] += n;
	if (reason == PORT_DROP_DOWN)
		peer->unsent = 0;
	return n;
}

/*
 * One call for many frames: with eight, a download that has to wait for its reader is 0.7 times as
 * fast.
 */
const struct peer_wire peer_stream_wire = {
	.receive = stream_receive,
	.flush = stream_flush,
	.burst = PORT_BATCH,
};
