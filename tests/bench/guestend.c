// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest end of a bench: a TAP with offloads in the guest's namespace on one
 * side, a contender's socket on the other, and as little as possible between
 * them, the same for every contender. Where the socket is full it does what an
 * emulator does, it waits; meanwhile it goes on reading.
 *
 *	guestend USER vde LOCATOR DEVICE MTU     anything libvdeplug opens as a datagram socket
 *	guestend USER stream PATH DEVICE MTU     4 bytes of length before each frame, as passt
 *	guestend USER seqpacket PATH DEVICE MTU  a frame a message
 *
 * It says "ready" when it is attached.
 */
#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <libvdeplug.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "batch.h"
#include "gro.h"
#include "gso.h"
#include "outbox.h"
#include "tool.h"
#include "tap.h"

enum {
	TAP_FRAME_MAX = 65536 + 64,
	TAP_MEMORY = 256 << 10,
	STREAM_MEMORY = 512 << 10,
	STREAM_PREFIX = 4,
	RECEIVES = 4,	/* batches before the TAP is looked at again */
	FULL_WAIT = 10, /* ms; poll() tells earlier */
};

struct guestend {
	int tap;
	int data;
	VDECONN *vde; /* NULL: no library is asked */
	bool is_stream;
	bool joins_udp;
	struct batch batch;
	struct outbox outbox;
	struct gro gro;
	uint8_t *memory; /* of what the TAP hands over */
	struct frame frames[PORT_BATCH];
	uint8_t *stream; /* what came and is not yet whole */
	size_t have;
};

static void *allocate(size_t size)
{
	void *memory = aligned_alloc(64, size);

	if (!memory)
		die("memory");
	return memory;
}

/* ---- towards the TAP ---- */

static void to_tap(struct guestend *end, struct frame *frames, unsigned n)
{
	gro_join(&end->gro, frames, n, end->joins_udp);
	for (unsigned i = 0; i < end->gro.n_superframes; i++) {
		const struct gro_superframe *packet = &end->gro.superframes[i];

		if (writev(end->tap, packet->iov, (int)packet->n_iov) < 0 && errno != EIO)
			die("write to the TAP");
	}
}

/* Drops what is longer than the room, as a network card does. */
static unsigned whole_frames(const struct batch *batch, struct frame *frames, unsigned n)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < n; i++) {
		if (batch->frames[i].size <= batch->stride && frame_is_whole(&batch->frames[i]))
			frames[kept++] = batch->frames[i];
	}
	return kept;
}

static void from_datagrams(struct guestend *end)
{
	struct frame frames[PORT_BATCH];

	for (unsigned i = 0; i < RECEIVES; i++) {
		int n = batch_receive(&end->batch, end->data);

		if (n < 0 && n != -ECONNREFUSED && n != -ECONNRESET && n != -ENOTCONN)
			die("receive");
		if (n > 0)
			to_tap(end, frames, whole_frames(&end->batch, frames, (unsigned)n));
		if (n < PORT_BATCH)
			return;
	}
}

/* The whole frames at the start of what came; returns how many, and their bytes in *used. */
static unsigned parse_stream(const struct guestend *end, size_t offset, struct frame *frames,
			     size_t *used)
{
	unsigned n = 0;

	*used = 0;
	while (n < PORT_BATCH && offset + *used + STREAM_PREFIX <= end->have) {
		uint8_t *at = end->stream + offset + *used;
		uint32_t size;

		memcpy(&size, at, sizeof(size));
		size = be32toh(size);
		if (offset + *used + STREAM_PREFIX + size > end->have)
			break;
		frames[n++] = (struct frame){.data = at + STREAM_PREFIX, .size = size};
		*used += STREAM_PREFIX + size;
	}
	return n;
}

static void from_stream(struct guestend *end)
{
	struct frame frames[PORT_BATCH];
	ssize_t n =
		recv(end->data, end->stream + end->have, STREAM_MEMORY - end->have, MSG_DONTWAIT);
	size_t offset = 0;
	size_t used;
	unsigned whole;

	if (n == 0 || (n < 0 && errno != EAGAIN))
		die("the stream has ended");
	if (n < 0)
		return;
	end->have += (size_t)n;
	while ((whole = parse_stream(end, offset, frames, &used)) > 0) {
		to_tap(end, frames, whole);
		offset += used;
	}
	end->have -= offset;
	memmove(end->stream, end->stream + offset, end->have);
}

static void from_network(struct guestend *end)
{
	if (end->is_stream)
		from_stream(end);
	else
		from_datagrams(end);
}

/* ---- towards the network ---- */

/* Until there is room again, what comes is read. */
static void wait_for_room(struct guestend *end)
{
	struct pollfd data = {.fd = end->data, .events = POLLIN | POLLOUT};

	if (poll(&data, 1, FULL_WAIT) > 0 && data.revents & (POLLIN | POLLHUP | POLLERR))
		from_network(end);
}

/* Of point to point: libvdeplug connects when it sends. */
static void send_by_library(struct guestend *end, const struct msghdr *message)
{
	uint8_t frame[TAP_FRAME_MAX];
	size_t size = 0;

	for (size_t i = 0; i < message->msg_iovlen; i++) {
		memcpy(frame + size, message->msg_iov[i].iov_base, message->msg_iov[i].iov_len);
		size += message->msg_iov[i].iov_len;
	}
	vde_send(end->vde, frame, size, 0);
}

static void flush_datagrams(struct guestend *end)
{
	struct outbox *outbox = &end->outbox;
	unsigned done = 0;

	while (done < outbox->n) {
		int n = sendmmsg(end->data, outbox->messages + done, outbox->n - done,
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n > 0) {
			done += (unsigned)n;
		} else if (errno == EAGAIN || errno == ENOBUFS) {
			wait_for_room(end);
		} else if (!end->vde) {
			die("send");
		} else if (errno != EINTR) { /* nobody is there, or this frame cannot be sent */
			send_by_library(end, &outbox->messages[done].msg_hdr);
			done++;
		}
	}
}

static void send_stream(struct guestend *end, struct iovec *iov, size_t n)
{
	while (n > 0) {
		const struct msghdr message = {.msg_iov = iov, .msg_iovlen = n};
		ssize_t sent = sendmsg(end->data, &message, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN)
			die("send");
		if (sent < 0)
			wait_for_room(end);
		for (; sent > 0 && (size_t)sent >= iov->iov_len; iov++, n--)
			sent -= (ssize_t)iov->iov_len;
		if (sent > 0) {
			iov->iov_base = (uint8_t *)iov->iov_base + sent;
			iov->iov_len -= (size_t)sent;
		}
	}
}

static void flush_stream(struct guestend *end)
{
	struct outbox *outbox = &end->outbox;
	struct iovec iov[4 * PORT_BATCH];
	size_t n = 0;

	for (unsigned i = 0; i < outbox->n; i++) {
		const struct msghdr *message = &outbox->messages[i].msg_hdr;
		struct gso_segment *segment = &outbox->segments[i];
		size_t j = message->msg_iov[0].iov_base == segment->header;

		segment->length = htobe32(outbox->messages[i].msg_len);
		iov[n++] = (struct iovec){&segment->length,
					  STREAM_PREFIX + (j ? message->msg_iov[0].iov_len : 0)};
		for (; j < message->msg_iovlen; j++)
			iov[n++] = message->msg_iov[j];
	}
	send_stream(end, iov, n);
}

static void flush(struct guestend *end)
{
	if (end->is_stream)
		flush_stream(end);
	else
		flush_datagrams(end);
	end->outbox.n = 0;
}

/* A stream has no shortest frame, and passt takes padding for payload. */
static void strip_padding(struct outbox *outbox)
{
	struct mmsghdr *message = &outbox->messages[outbox->n - 1];
	const struct gso_segment *segment = &outbox->segments[outbox->n - 1];

	message->msg_len = segment->header_size + segment->payload_size;
	message->msg_hdr.msg_iovlen = (segment->header_size > 0) + (segment->payload_size > 0);
}

static void send_split(struct guestend *end, const struct frame *frame)
{
	struct gso gso;

	if (gso_begin(&gso, frame) < 0)
		die("split");
	while (gso.n_segments > 0) {
		if (outbox_is_full(&end->outbox))
			flush(end);
		gso_next(&gso, outbox_segment(&end->outbox));
		outbox_add_segment(&end->outbox);
		if (end->is_stream)
			strip_padding(&end->outbox);
	}
}

/* One frame to the memory at offset; false: there is none. */
static bool read_tap(struct guestend *end, size_t offset, struct frame *frame)
{
	struct iovec iov[] = {{&frame->vnet, sizeof(frame->vnet)},
			      {end->memory + offset, TAP_FRAME_MAX}};
	ssize_t n = readv(end->tap, iov, 2);

	if (n < 0 && errno != EAGAIN)
		die("read from the TAP");
	frame->data = iov[1].iov_base;
	frame->size = n > 0 ? (uint32_t)(n - (ssize_t)sizeof(frame->vnet)) : 0;
	return n > 0;
}

static void from_tap(struct guestend *end)
{
	size_t offset = 0;
	unsigned n = 0;

	while (n < PORT_BATCH && offset <= TAP_MEMORY - TAP_FRAME_MAX &&
	       read_tap(end, offset, &end->frames[n])) {
		if (!end->is_stream)
			frame_pad(&end->frames[n]);
		offset += (end->frames[n].size + 63) / 64 * 64;
		n++;
	}
	for (unsigned i = 0; i < n; i++) {
		if (!frame_is_plain(&end->frames[i])) {
			send_split(end, &end->frames[i]);
			continue;
		}
		if (outbox_is_full(&end->outbox))
			flush(end);
		outbox_add_frame(&end->outbox, &end->frames[i]);
	}
	flush(end);
}

/* ---- opening ---- */

static VDECONN *open_vde(const char *locator)
{
	VDECONN *vde = vde_open((char *)locator, (char *)"guestend", NULL);

	if (!vde || fcntl(vde_datafd(vde), F_SETFL, O_NONBLOCK) < 0)
		die(locator);
	return vde;
}

static int open_socket(const char *path, int type)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die(path);
	return fd;
}

static void say_ready(void)
{
	puts("ready");
	fflush(stdout);
}

static void run(struct guestend *end)
{
	struct pollfd fds[] = {{.fd = end->tap, .events = POLLIN},
			       {.fd = end->data, .events = POLLIN}};

	say_ready();
	while (true) {
		if (poll(fds, 2, -1) < 0)
			die("poll");
		if (fds[1].revents)
			from_network(end);
		if (fds[0].revents)
			from_tap(end);
	}
}

int main(int argc, char **argv)
{
	static struct guestend end;

	if (argc != 6) {
		fputs("usage: guestend USER vde|stream|seqpacket LOCATOR DEVICE MTU\n", stderr);
		return 2;
	}
	end.tap = tap_open(argv[4], &end.joins_udp);
	if (end.tap < 0)
		die(argv[4]);
	become(argv[1]);
	end.is_stream = strcmp(argv[2], "stream") == 0;
	if (strcmp(argv[2], "vde") == 0)
		end.vde = open_vde(argv[3]);
	end.data = end.vde ? vde_datafd(end.vde)
			   : open_socket(argv[3], end.is_stream ? SOCK_STREAM : SOCK_SEQPACKET);
	end.memory = allocate(TAP_MEMORY);
	end.stream = allocate(STREAM_MEMORY);
	outbox_init(&end.outbox);
	if (batch_init(&end.batch, (unsigned)atoi(argv[5])) < 0)
		die("memory");
	run(&end);
}
