// SPDX-License-Identifier: GPL-2.0-or-later
#include "peer_stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bridge.h"
#include "peer.h"
#include "sendfds.h"
#include "unit.h"

enum {
	MTU = 1500,
	LIMIT = FRAME_HEADER + MTU,
	PASSED_MAX = 8192,
	BYTES = 1 << 20,
};

static struct loop loop;
static struct batch batch;
static struct outbox outbox;
static struct queues queues;
static struct peer_streams streams;
static struct bridge bridge;
static struct port ports[2]; /* the peer's, and where its frames go */
static struct peer peer;
static struct peer_stream stream;
static uint8_t in[2 * LIMIT];
static uint8_t out[2 * LIMIT];
static int other;
static unsigned n_lost;

/* What came through the bridge: its size, and a byte of its payload. */
static unsigned n_passed;
static struct passed {
	uint32_t size;
	uint8_t byte;
} passed[PASSED_MAX];

static uint8_t bytes[BYTES]; /* to be sent by the peer */
static size_t n_bytes;

static unsigned n_calls;

/* The library's, counted. */
ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	n_calls++;
	return syscall(SYS_sendmsg, fd, message, flags);
}

static void count_lost(struct peer *lost)
{
	ck_assert(!peer_is_attached(lost));
	n_lost++;
}

static void note_passed(struct port *port, const struct frame *frames, unsigned n)
{
	(void)port;
	for (unsigned i = 0; i < n; i++) {
		const struct frame *frame = &frames[i];
		uint8_t byte = frame->data[FRAME_HEADER];
		bool ends = false; /* and then there are zeros */
		bool whole = true;

		ck_assert_uint_ge(frame->size, FRAME_MIN);
		for (uint32_t at = FRAME_HEADER; at < frame->size; at++) {
			ends |= frame->data[at] != byte && at < FRAME_MIN;
			whole &= frame->data[at] == (ends ? 0 : byte);
		}
		ck_assert(whole);
		ck_assert_uint_lt(n_passed, PASSED_MAX);
		passed[n_passed++] = (struct passed){frame->size, byte};
	}
}

static void attach(void)
{
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(peer_attach(&peer, pair[0], -1), 0);
	other = pair[1];
	n_bytes = 0;
	n_passed = 0;
}

static void setup_peer(void)
{
	static const struct siphash_key key = {{1, 2}};
	static const struct port_ops ops = {.send = note_passed};

	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(batch_init(&batch, MTU), 0);
	ck_assert_int_eq(queues_init(&queues, &key), 0);
	ck_assert_int_eq(peer_streams_init(&streams, MTU), 0);
	ck_assert_uint_le(streams.room, sizeof(in));
	outbox_init(&outbox);
	bridge_init(&bridge, MTU, 1);
	for (unsigned i = 0; i < 2; i++) {
		ports[i].ops = &ops;
		ck_assert_int_eq(bridge_add(&bridge, &ports[i]), 0);
	}
	bridge.from = &ports[1];
	peer_init(&peer, &loop, &batch, &outbox, &queues, &ports[0], count_lost);
	stream = (struct peer_stream){.streams = &streams, .in = in, .out = out};
	peer.stream = &stream;
	attach();
}

static void turn_in(void)
{
	peer.data.ready(&peer.data, EPOLLIN);
}

/* Whether the loop is told of room, and then tells it. */
static bool turn_out(void)
{
	struct epoll_event event;

	if (epoll_wait(loop.epoll_fd, &event, 1, 0) != 1 || !(event.events & EPOLLOUT))
		return false;
	peer.data.ready(&peer.data, event.events);
	return true;
}

/* ---- what comes in ------------------------------------------------------------- */

static void add_frame(uint32_t size, uint8_t byte)
{
	uint32_t length = htonl(size);

	memcpy(bytes + n_bytes, &length, sizeof(length));
	n_bytes += sizeof(length);
	memset(bytes + n_bytes, byte, size);
	if (size >= FRAME_HEADER)
		memcpy(bytes + n_bytes, "\xff\xff\xff\xff\xff\xff\2\0\0\0\0\7\x88\xb5",
		       FRAME_HEADER);
	n_bytes += size;
}

static void say(const uint8_t *what, size_t size)
{
	ck_assert_int_eq(send(other, what, size, MSG_DONTWAIT), (ssize_t)size);
}

static void expect_passed(unsigned i, uint32_t size, uint8_t byte)
{
	ck_assert_uint_lt(i, n_passed);
	ck_assert_uint_eq(passed[i].size, size);
	ck_assert_uint_eq(passed[i].byte, byte);
}

START_TEST(frames_come_whole_wherever_they_are_cut)
{
	size_t all;

	setup_peer();
	add_frame(60, 1);
	add_frame(100, 2);
	add_frame(20, 3);
	add_frame(LIMIT, 4);
	add_frame(60, 5);
	all = n_bytes;
	for (size_t cut = 1; cut < all; cut++) {
		n_passed = 0;
		say(bytes, cut);
		turn_in();
		say(bytes + cut, all - cut);
		turn_in();
		ck_assert_uint_eq(n_passed, 5);
		expect_passed(0, 60, 1);
		expect_passed(1, 100, 2);
		expect_passed(2, 60, 3);
		expect_passed(3, LIMIT, 4);
		expect_passed(4, 60, 5);
	}
	ck_assert_uint_eq(n_lost, 0);
}
END_TEST

START_TEST(frames_come_whole_byte_by_byte)
{
	setup_peer();
	add_frame(60, 1);
	add_frame(LIMIT, 2);
	add_frame(14, 3);
	for (size_t i = 0; i < n_bytes; i++) {
		say(bytes + i, 1);
		turn_in();
	}
	ck_assert_uint_eq(n_passed, 3);
	expect_passed(1, LIMIT, 2);
	ck_assert_uint_eq(ports[0].counters.frames_in, 3);
}
END_TEST

/* A guest's runt, or one that is larger than the MTU, is no fault of the emulator's. */
START_TEST(a_frame_that_may_not_pass_costs_that_frame_alone)
{
	const uint64_t *dropped = ports[0].counters.dropped_in;

	setup_peer();
	for (uint32_t size = 1; size < FRAME_HEADER; size++)
		add_frame(size, 1);
	add_frame(60, 2);
	say(bytes, n_bytes);
	turn_in();
	ck_assert_uint_eq(dropped[PORT_DROP_SHORT], FRAME_HEADER - 1);
	ck_assert_uint_eq(n_passed, 1);
	n_bytes = 0;
	add_frame(LIMIT + 1, 3);
	add_frame(9000, 3);
	add_frame(FRAMING_FRAME_MAX, 3);
	add_frame(60, 4);
	for (size_t at = 0; at < n_bytes; at += 10000) {
		say(bytes + at, n_bytes - at < 10000 ? n_bytes - at : 10000);
		while (n_passed < 2 &&
		       recv(peer.data.fd, &(char){0}, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
			turn_in();
	}
	ck_assert_uint_eq(dropped[PORT_DROP_LONG], 3);
	ck_assert_uint_eq(n_passed, 2);
	expect_passed(1, 60, 4);
	ck_assert_uint_eq(n_lost, 0);
}
END_TEST

static const uint32_t wrong[] = {0, FRAMING_FRAME_MAX + 1, 0xffffffff};

START_TEST(a_length_that_no_frame_has_ends_it)
{
	uint32_t length = htonl(wrong[_i]);

	setup_peer();
	add_frame(60, 1);
	memcpy(bytes + n_bytes, &length, sizeof(length));
	say(bytes, n_bytes + sizeof(length));
	turn_in();
	ck_assert_uint_eq(n_passed, 1);
	ck_assert_uint_eq(n_lost, 1);
	ck_assert_int_eq(peer.fault, -EPROTO);
	ck_assert_uint_eq(stream.framing.length, wrong[_i]);
	/* Whoever comes next begins anew. */
	attach();
	ck_assert_int_eq(peer.fault, 0);
	add_frame(60, 2);
	say(bytes, n_bytes);
	turn_in();
	expect_passed(0, 60, 2);
}
END_TEST

START_TEST(the_end_of_the_stream_is_the_peers)
{
	setup_peer();
	add_frame(60, 1);
	add_frame(60, 2);
	say(bytes, n_bytes - 1);
	close(other);
	turn_in();
	turn_in();
	ck_assert_uint_eq(n_passed, 1);
	ck_assert_uint_eq(n_lost, 1);
	ck_assert_int_eq(peer.fault, 0);
	attach(); /* half a frame of before is nobody's */
	add_frame(60, 3);
	say(bytes, n_bytes);
	turn_in();
	ck_assert_uint_eq(n_passed, 1);
	expect_passed(0, 60, 3);
}
END_TEST

/* Others have their turn after about a batch, also where the frames are small. */
START_TEST(small_frames_have_no_long_turns)
{
	enum { FRAMES = 2000 };
	unsigned before;

	setup_peer();
	for (unsigned i = 0; i < FRAMES; i++)
		add_frame(60, (uint8_t)i);
	say(bytes, n_bytes);
	do {
		before = n_passed;
		turn_in();
		ck_assert_uint_le(n_passed - before, 2 * PORT_BATCH);
	} while (n_passed > before);
	ck_assert_uint_eq(n_passed, FRAMES);
	for (unsigned i = 0; i < FRAMES; i++)
		expect_passed(i, 60, (uint8_t)i);
}
END_TEST

START_TEST(full_frames_come_many_at_once)
{
	enum { FRAMES = 90 }; /* what a socket takes with any kernel's settings */
	unsigned turns = 0;

	setup_peer();
	for (unsigned round = 0; round < 8; round++) {
		n_bytes = 0;
		n_passed = 0;
		for (unsigned i = 0; i < FRAMES; i++)
			add_frame(LIMIT, (uint8_t)i);
		say(bytes, n_bytes);
		for (turns = 0; n_passed < FRAMES && turns < FRAMES; turns++)
			turn_in();
		ck_assert_uint_eq(n_passed, FRAMES);
	}
	ck_assert_uint_le(turns, 3);
}
END_TEST

START_TEST(descriptors_are_not_taken)
{
	int lowest;
	int fds[4];

	setup_peer();
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	fds[2] = fds[3] = fds[0];
	lowest = dup(0);
	close(lowest);
	if (sendfds(other, fds, 4) < 0)
		return; /* the kernel does not let them through (Linux 6.16) */
	turn_in();
	ck_assert_int_eq(dup(0), lowest);
	ck_assert_uint_eq(n_lost, 0);
}
END_TEST

/* ---- what goes out ------------------------------------------------------------- */

static uint8_t payloads[PORT_BATCH][LIMIT];
static struct frame frames[PORT_BATCH];
static uint8_t got[1 << 16];
static size_t n_got;

static void make_numbered(struct frame *frame, uint8_t *payload, uint32_t number)
{
	*frame = (struct frame){.data = payload,
				.size = FRAME_MIN + number * 37 % (LIMIT - FRAME_MIN)};
	memset(payload, (uint8_t)number, LIMIT);
	memset(payload, 0, FRAME_HEADER); /* one flow */
	memcpy(payload + FRAME_HEADER, &number, sizeof(number));
}

static const uint8_t *payload_of(uint32_t number)
{
	static uint8_t payload[LIMIT];
	struct frame frame;

	make_numbered(&frame, payload, number);
	return payload;
}

/* Numbered frames, a batch at once. */
static void send_many(uint32_t first, uint32_t n)
{
	unsigned filled = 0;

	for (uint32_t i = 0; i < n; i++) {
		make_numbered(&frames[filled], payloads[filled], first + i);
		if (++filled == PORT_BATCH || i == n - 1) {
			peer_send(&peer, frames, filled);
			filled = 0;
		}
	}
}

/* Reads at most n bytes; the frames among them are whole, and come in order. How many. */
static unsigned read_some(size_t n, uint32_t *next)
{
	size_t room = sizeof(got) - n_got;
	ssize_t more = recv(other, got + n_got, n < room ? n : room, MSG_DONTWAIT);
	unsigned whole = 0;
	size_t at = 0;

	if (more > 0)
		n_got += (size_t)more;
	while (n_got - at >= 4) {
		uint32_t length;
		uint32_t number;

		memcpy(&length, got + at, 4);
		length = ntohl(length);
		ck_assert(length >= FRAME_MIN && length <= LIMIT);
		if (n_got - at < 4 + length)
			break;
		memcpy(&number, got + at + 4 + FRAME_HEADER, sizeof(number));
		ck_assert_uint_eq(length, FRAME_MIN + number * 37 % (LIMIT - FRAME_MIN));
		ck_assert_uint_ge(number, *next);
		ck_assert_mem_eq(got + at + 4, payload_of(number), length);
		*next = number + 1;
		at += 4 + length;
		whole++;
	}
	memmove(got, got + at, n_got - at);
	n_got -= at;
	return whole;
}

/* What was sent and did not come, for want of room or for having waited. */
static uint64_t n_dropped(void)
{
	const uint64_t *dropped = ports[0].counters.dropped_out;

	return dropped[PORT_DROP_FULL] + dropped[PORT_DROP_LATE];
}

static bool is_under_way(void)
{
	return n_got > 0 || peer.unsent > 0 || !queue_is_empty(&peer.queue) ||
	       recv(other, &(char){0}, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/* Bytes at once: so cuts come everywhere. */
static const size_t bites[] = {61, 1000, 4096, 50000};

START_TEST(what_has_no_room_follows_in_order)
{
	enum { FRAMES = 600 };
	unsigned came = 0;
	uint32_t next = 0;

	setup_peer();
	send_many(0, FRAMES);
	ck_assert_uint_lt(ports[0].counters.frames_out, FRAMES);
	ck_assert(peer.unsent > 0 || !queue_is_empty(&peer.queue));
	while (is_under_way()) {
		came += read_some(bites[_i], &next);
		turn_out();
	}
	/* On a machine that is busy some wait for too long, and nothing else goes. */
	ck_assert_uint_eq(came + ports[0].counters.dropped_out[PORT_DROP_LATE], FRAMES);
	ck_assert_uint_eq(ports[0].counters.frames_out, came);
	ck_assert_uint_eq(queues.pool.n_used, 0);
	ck_assert(!turn_out()); /* nothing waits: nothing is asked for */
}
END_TEST

START_TEST(what_has_waited_goes_many_at_once)
{
	enum { FRAMES = 600, FEW = 2 };
	unsigned gone;
	uint32_t next = 0;

	setup_peer();
	send_many(0, FRAMES);
	ck_assert(!queue_is_empty(&peer.queue));
	while (read_some(sizeof(got), &next) > 0)
		;
	n_calls = 0;
	gone = (unsigned)ports[0].counters.frames_out;
	ck_assert(turn_out());
	ck_assert_uint_le(n_calls, FEW);
	ck_assert_uint_ge(ports[0].counters.frames_out - gone, PORT_BATCH / 2);
}
END_TEST

static const size_t small_bites[] = {1, 3, 997, 3000};

/* It loses frames, and each that comes is one. */
START_TEST(who_reads_too_slowly_loses_whole_frames)
{
	enum { FRAMES = 20000, A_TURN = 10 };
	unsigned came = 0;
	uint32_t next = 0;

	setup_peer();
	for (uint32_t i = 0; i < FRAMES; i += A_TURN) {
		send_many(i, A_TURN);
		came += read_some(small_bites[_i], &next);
		turn_out();
	}
	while (is_under_way()) {
		came += read_some(sizeof(got), &next);
		turn_out();
	}
	ck_assert_uint_gt(n_dropped(), 0);
	ck_assert_uint_eq(came, ports[0].counters.frames_out);
	ck_assert_uint_eq(came + n_dropped(), FRAMES);
	ck_assert_uint_eq(queues.pool.n_used, 0);
}
END_TEST

START_TEST(what_was_cut_goes_with_its_peer)
{
	uint32_t next = 0;

	setup_peer();
	for (unsigned i = 0; peer.unsent == 0 && i < 100; i++)
		send_many(next, PORT_BATCH);
	ck_assert_uint_gt(peer.unsent, 0);
	peer_detach(&peer);
	ck_assert_uint_eq(queues.pool.n_used, 0);
	attach();
	n_got = 0;
	next = 0;
	send_many(0, 3);
	ck_assert_uint_eq(read_some(sizeof(got), &next), 3);
}
END_TEST

START_TEST(who_has_hung_up_is_sent_nothing)
{
	setup_peer();
	close(other);
	send_many(0, 3);
	ck_assert_uint_eq(ports[0].counters.dropped_out[PORT_DROP_DOWN], 3);
	ck_assert_uint_eq(n_lost, 0); /* not while it is sent to */
	turn_in();
	ck_assert_uint_eq(n_lost, 1);
}
END_TEST

/* A super-frame of the device is cut into segments, each with its length. */
enum { PAYLOAD = 1000, SEGMENT = FRAME_HEADER + 40 + PAYLOAD, SEGMENTS = 60 };

/* A super-frame of TCP, of n segments. */
static struct frame make_super_frame(unsigned n)
{
	static uint8_t super[FRAME_HEADER + 40 + SEGMENTS * PAYLOAD];
	uint16_t length = htons((uint16_t)(40 + n * PAYLOAD));

	memset(super, 0, sizeof(super));
	memcpy(super, "\2\0\0\0\0\1\2\0\0\0\0\2\x08\0\x45", 15);
	memcpy(super + FRAME_HEADER + 2, &length, sizeof(length));
	super[FRAME_HEADER + 9] = 6; /* TCP */
	super[FRAME_HEADER + 32] = 0x50;
	for (unsigned i = 0; i < n; i++)
		memset(super + FRAME_HEADER + 40 + i * PAYLOAD, (int)i, PAYLOAD);
	return (struct frame){
		.data = super,
		.size = FRAME_HEADER + 40 + n * PAYLOAD,
		.vnet = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
			 .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
			 .gso_size = PAYLOAD,
			 .csum_start = FRAME_HEADER + 20,
			 .csum_offset = 16},
	};
}

START_TEST(a_super_frame_goes_as_its_segments)
{
	struct frame frame = make_super_frame(2);

	setup_peer();
	peer_send(&peer, &frame, 1);
	ck_assert_uint_eq(ports[0].counters.frames_out, 2);
	ck_assert_int_eq(recv(other, got, sizeof(got), MSG_DONTWAIT), 2 * (4 + SEGMENT));
	ck_assert_mem_eq(got, "\0\0\4\x1e", 4);
	ck_assert_mem_eq(got + 4 + SEGMENT, "\0\0\4\x1e", 4);
}
END_TEST

/* Segments in got, each whole; how many. */
static unsigned read_segments(size_t n)
{
	ssize_t more = recv(other, got + n_got, n, MSG_DONTWAIT);
	unsigned whole = 0;

	if (more > 0)
		n_got += (size_t)more;
	for (const uint8_t *at = got; n_got >= 4 + SEGMENT; at += 4 + SEGMENT, whole++) {
		uint8_t payload[PAYLOAD];

		memset(payload, at[4 + SEGMENT - 1], sizeof(payload));
		ck_assert_mem_eq(at, "\0\0\4\x1e\2\0\0\0\0\1", 10);
		ck_assert_mem_eq(at + 4 + SEGMENT - PAYLOAD, payload, sizeof(payload));
		n_got -= 4 + SEGMENT;
	}
	memmove(got, got + whole * (4 + SEGMENT), n_got);
	return whole;
}

START_TEST(segments_are_cut_anywhere)
{
	struct frame frame = make_super_frame(SEGMENTS);
	unsigned came = 0;
	bool cut = false;

	setup_peer();
	for (unsigned i = 0; i < 100; i++) {
		peer_send(&peer, &frame, 1);
		cut |= peer.unsent > 0;
	}
	while (is_under_way()) {
		came += read_segments(bites[_i]);
		turn_out();
		cut |= peer.unsent > 0;
	}
	ck_assert(cut);
	ck_assert_uint_eq(came, ports[0].counters.frames_out);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(frames_come_whole_wherever_they_are_cut),
		UNIT_TEST(frames_come_whole_byte_by_byte),
		UNIT_TEST(a_frame_that_may_not_pass_costs_that_frame_alone),
		UNIT_CASES(a_length_that_no_frame_has_ends_it, wrong),
		UNIT_TEST(the_end_of_the_stream_is_the_peers),
		UNIT_TEST(small_frames_have_no_long_turns),
		UNIT_TEST(full_frames_come_many_at_once),
		UNIT_TEST(descriptors_are_not_taken),
		UNIT_CASES(what_has_no_room_follows_in_order, bites),
		UNIT_TEST(what_has_waited_goes_many_at_once),
		UNIT_CASES(who_reads_too_slowly_loses_whole_frames, small_bites),
		UNIT_TEST(what_was_cut_goes_with_its_peer),
		UNIT_TEST(who_has_hung_up_is_sent_nothing),
		UNIT_TEST(a_super_frame_goes_as_its_segments),
		UNIT_CASES(segments_are_cut_anywhere, bites),
	};

	return unit_run("peer_stream", tests, UNIT_COUNT(tests));
}
