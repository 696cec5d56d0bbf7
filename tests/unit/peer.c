// SPDX-License-Identifier: GPL-2.0-or-later
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bridge.h"
#include "clock.h"
#include "inbox.h"
#include "unit.h"

enum {
	PEERS = 100,
	FRAMES = 8, /* that a socket has room for, whatever the kernel's settings */
	SIZE = 1000,
};

static struct loop loop;
static struct batch batch;
static struct outbox outbox;
static struct queues queues;
static struct bridge bridge;
static struct port ports[PEERS];
static struct peer peers[PEERS];
static int others[PEERS];
static uint8_t bytes[SIZE];
static struct frame frames[PORT_BATCH];

static void lost(struct peer *peer)
{
	(void)peer;
	ck_abort_msg("nothing that is sent loses a peer");
}

static void attach(unsigned i)
{
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(peer_attach(&peers[i], pair[0], -1), 0);
	others[i] = pair[1];
}

static void setup_worker(void)
{
	static const struct siphash_key key = {{1, 2}};

	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(batch_init(&batch, 1500), 0);
	ck_assert_int_eq(queues_init(&queues, &key), 0);
	outbox_init(&outbox);
	bridge_init(&bridge, 1500, 1);
	bridge.from = &ports[PEERS - 1];
	for (unsigned i = 0; i < PORT_BATCH; i++)
		frames[i] = (struct frame){.data = bytes, .size = sizeof(bytes)};
}

static void setup_peers(void)
{
	setup_worker();
	for (unsigned i = 0; i < PEERS; i++) {
		ck_assert_int_eq(bridge_add(&bridge, &ports[i]), 0);
		peer_init(&peers[i], &loop, &batch, &outbox, &queues, &ports[i], lost);
		attach(i);
	}
}

/* Takes all that is there; how many. */
static unsigned drain(unsigned i)
{
	uint8_t data[2048];
	unsigned n = 0;

	while (recv(others[i], data, sizeof(data), MSG_DONTWAIT) > 0)
		n++;
	return n;
}

/* Whether the loop is told of room for that peer, and then tells it. */
static bool turn_out(unsigned i)
{
	struct epoll_event events[PEERS];
	int n = epoll_wait(loop.epoll_fd, events, PEERS, 0);

	for (int at = 0; at < n; at++) {
		if (events[at].data.ptr != &peers[i].data)
			continue;
		peers[i].data.ready(&peers[i].data, events[at].events);
		return true;
	}
	return false;
}

/* A frame with a number; they are all of one flow. */
static void send_numbered(unsigned i, uint32_t number)
{
	memcpy(bytes + FRAME_HEADER, &number, sizeof(number));
	peer_send(&peers[i], frames, 1);
}

static void expect_numbered(unsigned i, uint32_t *number)
{
	uint8_t data[2048];
	uint32_t came;

	while (recv(others[i], data, sizeof(data), MSG_DONTWAIT) == SIZE) {
		memcpy(&came, data + FRAME_HEADER, sizeof(came));
		ck_assert_uint_eq(came, *number);
		++*number;
	}
}

/* Sends until frames wait; how many it was sent. */
static uint32_t fill(unsigned i)
{
	uint32_t n = 0;

	while (queue_is_empty(&peers[i].queue))
		send_numbered(i, n++);
	return n;
}

static int send_buffer(int fd)
{
	int room = 0;
	socklen_t size = sizeof(room);

	ck_assert_int_eq(getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, &size), 0);
	return room;
}

START_TEST(a_peer_that_has_more_room_keeps_it)
{
	const int huge = 4 << 20;
	int pair[2];

	setup_peers();
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), 0);
	if (setsockopt(pair[0], SOL_SOCKET, SO_SNDBUFFORCE, &huge, sizeof(huge)) < 0)
		return; /* who is root sees that more is left alone */
	ck_assert_int_eq(peer_attach(&peers[0], pair[0], -1), 0);
	ck_assert_int_eq(send_buffer(pair[0]), 2 * huge);
}
END_TEST

/* Of another instance, which has a larger MTU than ours. */
START_TEST(segments_are_no_longer_than_the_mtu)
{
	static uint8_t super[4000] = {[12] = 0x08,
				      [14] = 0x45,
				      [16] = (sizeof(super) - 14) >> 8,
				      [17] = (uint8_t)(sizeof(super) - 14),
				      [23] = 17 /* UDP */};
	struct frame frame = {.data = super,
			      .size = sizeof(super),
			      .vnet = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
				       .gso_type = VIRTIO_NET_HDR_GSO_UDP_L4,
				       .csum_start = 34,
				       .csum_offset = 6}};
	struct port *port = &ports[0];

	setup_peers();
	for (unsigned excess = 0; excess <= 1; excess++) {
		frame.vnet.gso_size = (uint16_t)(1472 + excess);
		peer_send(&peers[0], &frame, 1);
		ck_assert_uint_eq(port->counters.frames_out, 3);
		ck_assert_uint_eq(port->counters.dropped_out[PORT_DROP_LONG], 3 * excess);
	}
}
END_TEST

START_TEST(what_has_no_room_waits_and_comes_in_order)
{
	const struct port_counters *counters = &ports[0].counters;
	uint32_t next = 0;
	uint32_t n;

	setup_peers();
	n = fill(0);
	for (; n < 500; n++)
		send_numbered(0, n);
	ck_assert_uint_lt(counters->frames_out, 500);
	for (unsigned turns = 0; turns < 500 && next < 500; turns++) {
		expect_numbered(0, &next);
		turn_out(0);
	}
	ck_assert_uint_eq(next, 500);
	ck_assert_uint_eq(counters->frames_out, 500);
	ck_assert_uint_eq(counters->bytes_out, 500 * SIZE);
	ck_assert(queue_is_empty(&peers[0].queue));
	ck_assert_uint_eq(queues.pool.n_used, 0);
}
END_TEST

START_TEST(the_loop_asks_for_room_only_while_something_waits)
{
	setup_peers();
	ck_assert(!turn_out(0));
	fill(0);
	ck_assert(!turn_out(0)); /* it has not read */
	drain(0);
	ck_assert(turn_out(0));
	ck_assert(queue_is_empty(&peers[0].queue));
	ck_assert(!turn_out(0));
}
END_TEST

/* Who reads nothing has a share of the memory, and loses what is older. */
START_TEST(who_stops_reading_costs_the_others_nothing)
{
	setup_peers();
	for (unsigned n = 0; n < 10000; n++)
		send_numbered(0, n);
	ck_assert_uint_gt(ports[0].counters.dropped_out[PORT_DROP_FULL], 0);
	ck_assert_uint_le(queues.pool.n_used, POOL_CELLS);
	for (unsigned n = 0; n < 100; n++) {
		peer_send(&peers[1], frames, FRAMES);
		ck_assert_uint_eq(drain(1), FRAMES);
	}
	ck_assert_uint_eq(ports[1].counters.frames_out, 100 * FRAMES);
}
END_TEST

START_TEST(many_who_stop_at_once_share_the_memory)
{
	setup_peers();
	for (unsigned n = 0; n < 200; n++) {
		for (unsigned i = 0; i < PEERS; i++)
			peer_send(&peers[i], frames, FRAMES);
	}
	for (unsigned i = 0; i < PEERS; i++) {
		ck_assert_uint_gt(peers[i].queue.bytes, 0);
		ck_assert_uint_gt(ports[i].counters.dropped_out[PORT_DROP_FULL], 0);
	}
}
END_TEST

START_TEST(what_waits_goes_with_its_peer)
{
	uint64_t out;
	uint32_t n;

	setup_peers();
	n = fill(0);
	for (; n < 500; n++)
		send_numbered(0, n);
	out = ports[0].counters.frames_out;
	peer_detach(&peers[0]);
	ck_assert(queue_is_empty(&peers[0].queue));
	ck_assert_uint_eq(queues.pool.n_used, 0);
	ck_assert_uint_eq(ports[0].counters.dropped_out[PORT_DROP_DOWN], 500 - out);
	attach(0);
	ck_assert(!turn_out(0));
	peer_send(&peers[0], frames, 1);
	ck_assert_uint_eq(drain(0), 1);
}
END_TEST

/* Half of a super-frame fits: the other half follows, and its segments are right. */
START_TEST(the_rest_of_a_super_frame_waits)
{
	enum { SEGMENTS = 60, PAYLOAD = 1000 };
	static uint8_t super[FRAME_HEADER + 40 + SEGMENTS * PAYLOAD] = {
		[12] = 0x08, [FRAME_HEADER] = 0x45};
	struct frame frame = {
		.data = super,
		.size = sizeof(super),
		.vnet = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
			 .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
			 .gso_size = PAYLOAD,
			 .csum_start = FRAME_HEADER + 20,
			 .csum_offset = 16},
	};
	uint32_t wanted = 0;
	uint32_t total = SEGMENTS * PAYLOAD + 40;

	super[FRAME_HEADER + 2] = (uint8_t)(total >> 8);
	super[FRAME_HEADER + 3] = (uint8_t)total;
	super[FRAME_HEADER + 9] = 6;
	super[FRAME_HEADER + 32] = 0x50;
	setup_peers();
	for (unsigned i = 0; i < 5; i++)
		peer_send(&peers[0], &frame, 1);
	ck_assert(!queue_is_empty(&peers[0].queue));
	for (unsigned turns = 0; turns < 1000; turns++) {
		uint8_t data[2048];

		while (recv(others[0], data, sizeof(data), MSG_DONTWAIT) > 0) {
			uint32_t seq = (uint32_t)data[FRAME_HEADER + 24] << 24 |
				       data[FRAME_HEADER + 25] << 16 |
				       data[FRAME_HEADER + 26] << 8 | data[FRAME_HEADER + 27];

			ck_assert_uint_eq(seq, wanted % SEGMENTS * PAYLOAD);
			wanted++;
		}
		turn_out(0);
	}
	ck_assert_uint_eq(wanted, 5 * SEGMENTS);
	ck_assert_uint_eq(queues.pool.n_used, 0);
}
END_TEST

/* ---- at a rate ------------------------------------------------------------------ */

static struct inboxes inboxes;

static void setup_rate(uint64_t rate)
{
	setup_peers();
	ck_assert_int_eq(inboxes_init(&inboxes, &loop, &queues), 0);
	bridge.inboxes = &inboxes;
	peer_limit(&peers[0], rate);
	ck_assert_uint_eq(ports[0].rate, rate);
}

/* What a frame may be beyond. */
static unsigned burst(void)
{
	return TOKENS_BURST_MIN / SIZE + 1;
}

/* In their order, but for those that a busy machine let wait for too long. */
static unsigned take_numbered(unsigned i, uint32_t *number)
{
	uint8_t data[2048];
	uint32_t came;
	unsigned n = 0;

	for (; recv(others[i], data, sizeof(data), MSG_DONTWAIT) == SIZE; n++) {
		memcpy(&came, data + FRAME_HEADER, sizeof(came));
		ck_assert_uint_ge(came, *number);
		*number = came + 1;
	}
	return n;
}

static void count_and_stop(struct timer *timer)
{
	(void)timer;
	loop_stop(&loop);
}

/* Until so many ms have passed, and longer on a busy machine. */
static void run_for(unsigned ms)
{
	struct timer timer;

	ck_assert_int_eq(timer_init(&timer, &loop, count_and_stop), 0);
	timer_arm(&timer, ms);
	ck_assert_int_eq(loop_run(&loop), 0);
	timer_finish(&timer);
}

START_TEST(what_the_rate_does_not_let_go_waits)
{
	const struct port_counters *counters = &ports[0].counters;
	uint32_t next = 0;
	unsigned came = 0;
	int64_t before;

	setup_rate(1600000);
	before = clock_ns();
	for (uint32_t n = 0; n < 40; n++)
		send_numbered(0, n);
	ck_assert_uint_ge(counters->frames_out, burst());
	ck_assert(!turn_out(0)); /* it has room, but nobody asks */
	for (bool waits = true; waits;) {
		waits = !queue_is_empty(&peers[0].queue);
		run_for(1);
		came += take_numbered(0, &next);
		/* 200 bytes a ms, and the last one may be beyond. */
		ck_assert_int_le((int64_t)(came - 1) * SIZE,
				 TOKENS_BURST_MIN + (clock_ns() - before) / 5000);
	}
	ck_assert_uint_eq(came + counters->dropped_out[PORT_DROP_RATE], 40);
	ck_assert_uint_eq(queues.pool.n_used, 0);
	/* Others have no rate. */
	peer_send(&peers[1], frames, FRAMES);
	ck_assert_uint_eq(drain(1), FRAMES);
}
END_TEST

/* At once, in its order, and with what had come meanwhile. */
START_TEST(without_its_rate_a_peer_gets_all)
{
	uint32_t next = 0;
	uint32_t n;

	setup_rate(8000);
	for (n = 0; n < 40; n++)
		send_numbered(0, n);
	expect_numbered(0, &next);
	ck_assert_uint_lt(next, 20);
	peer_limit(&peers[0], 0);
	ck_assert_uint_eq(ports[0].rate, 0);
	for (; n < 60; n++)
		send_numbered(0, n);
	for (unsigned turns = 0; turns < 100 && next < 60; turns++) {
		turn_out(0);
		expect_numbered(0, &next);
	}
	ck_assert_uint_eq(next, 60);
	ck_assert(!turn_out(0));
	ck_assert_uint_eq(queues.pool.n_used, 0);
	ck_assert_uint_eq(inboxes.throttles.n, 0);
}
END_TEST

START_TEST(a_rate_ends_with_its_peer)
{
	setup_rate(8000);
	for (unsigned n = 0; n < 40; n++)
		send_numbered(0, n);
	ck_assert_uint_gt(inboxes.throttles.n, 0);
	peer_detach(&peers[0]);
	ck_assert_uint_eq(ports[0].rate, 0);
	ck_assert_uint_eq(inboxes.throttles.n, 0);
	ck_assert_uint_eq(queues.pool.n_used, 0);
	close(others[0]);
	attach(0);
	for (unsigned n = 0; n < 100; n++) {
		peer_send(&peers[0], frames, 1);
		ck_assert_uint_eq(drain(0), 1);
	}
}
END_TEST

/* Its socket's buffer grows only for a peer that had to wait for us. */
START_TEST(a_rate_says_nothing_of_room)
{
	int room;

	setup_rate(100000000);
	room = send_buffer(peers[0].data.fd);
	for (unsigned n = 0; n < 50; n++) {
		peer_send(&peers[0], frames, PORT_BATCH / 4);
		run_for(1);
		drain(0);
	}
	ck_assert_int_eq(send_buffer(peers[0].data.fd), room);
}
END_TEST

/* At two rates at once: the socket's, and its own. */
START_TEST(one_that_does_not_read_gets_the_rest_later)
{
	uint32_t next = 0;
	unsigned came = 0;

	setup_rate(1000000000);
	for (uint32_t n = 0; n < 200; n++)
		send_numbered(0, n);
	run_for(5);
	ck_assert(!queue_is_empty(&peers[0].queue));
	for (bool waits = true; waits;) {
		waits = !queue_is_empty(&peers[0].queue);
		came += take_numbered(0, &next);
		run_for(1);
	}
	came += take_numbered(0, &next);
	ck_assert_uint_eq(came + ports[0].counters.dropped_out[PORT_DROP_RATE], 200);
}
END_TEST

/* ---- what comes in -------------------------------------------------------------- */

static unsigned n_lost;
static unsigned n_passed;

static void count_lost(struct peer *peer)
{
	ck_assert(!peer_is_attached(peer));
	n_lost++;
}

static void count_passed(struct port *port, const struct frame *passed, unsigned n)
{
	(void)port;
	for (unsigned i = 0; i < n; i++)
		ck_assert_uint_ge(passed[i].size, FRAME_MIN);
	n_passed += n;
}

/* One guest, whose frames go to another port. The ends are in pair and control. */
static void setup_one(int type, int pair[2], int control[2])
{
	static const struct port_ops ops = {.send = count_passed};

	setup_worker();
	for (unsigned i = 0; i < 2; i++) {
		ports[i].ops = &ops;
		ck_assert_int_eq(bridge_add(&bridge, &ports[i]), 0);
	}
	ck_assert_int_eq(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control), 0);
	peer_init(&peers[0], &loop, &batch, &outbox, &queues, &ports[0], count_lost);
	ck_assert_int_eq(peer_attach(&peers[0], pair[0], control[0]), 0);
}

static void turn(struct source *source)
{
	source->ready(source, EPOLLIN);
}

/* It is read whatever its rate is, and what the bridge may not have yet waits here. */
START_TEST(who_sends_more_than_its_rate_is_read)
{
	int control[2];
	int pair[2];

	setup_one(SOCK_DGRAM, pair, control);
	ck_assert_int_eq(inboxes_init(&inboxes, &loop, &queues), 0);
	bridge.inboxes = &inboxes;
	peer_limit(&peers[0], 8000);
	bytes[MAC_SIZE] = 2;
	for (unsigned i = 0; i < 40; i++) {
		ck_assert_int_eq(send(pair[1], bytes, SIZE, MSG_DONTWAIT), SIZE);
		turn(&peers[0].data);
	}
	ck_assert_uint_eq(n_passed, burst());
	ck_assert_uint_eq(ports[0].counters.frames_in, burst());
	peer_limit(&peers[0], 0);
	ck_assert_uint_eq(n_passed, 40);
	ck_assert_int_eq(send(pair[1], bytes, SIZE, MSG_DONTWAIT), SIZE);
	turn(&peers[0].data);
	ck_assert_uint_eq(n_passed, 41);
	ck_assert_uint_eq(queues.pool.n_used, 0);
	/* What waits when it goes is lost with it, and counted. */
	peer_limit(&peers[0], 8000);
	for (unsigned i = 0; i < 40; i++) {
		ck_assert_int_eq(send(pair[1], bytes, SIZE, MSG_DONTWAIT), SIZE);
		turn(&peers[0].data);
	}
	close(control[1]);
	turn(&peers[0].control);
	ck_assert_uint_eq(n_lost, 1);
	ck_assert_uint_eq(ports[0].counters.dropped_in[PORT_DROP_DOWN], 40 - burst());
	ck_assert_uint_eq(queues.pool.n_used, 0);
}
END_TEST

static const int kinds[] = {SOCK_DGRAM, SOCK_SEQPACKET};

START_TEST(what_a_peer_sends_goes_through_the_bridge)
{
	struct epoll_event event;
	int control[2];
	int pair[2];

	setup_one(kinds[_i], pair, control);
	bytes[MAC_SIZE] = 2;
	for (unsigned i = 0; i < 3; i++)
		ck_assert_int_eq(send(pair[1], bytes, 100, 0), 100);
	ck_assert_int_eq(epoll_wait(loop.epoll_fd, &event, 1, 0), 1); /* and the loop sees it */
	ck_assert_ptr_eq(event.data.ptr, &peers[0].data);
	turn(&peers[0].data);
	ck_assert_uint_eq(n_passed, 3);
	ck_assert_uint_eq(ports[0].counters.frames_in, 3);
	turn(&peers[0].data); /* nothing is there: nothing happens */
	ck_assert_uint_eq(n_passed, 3);
	ck_assert_uint_eq(n_lost, 0);
}
END_TEST

START_TEST(its_last_frames_come_before_its_end)
{
	int control[2];
	int pair[2];

	setup_one(SOCK_SEQPACKET, pair, control);
	bytes[MAC_SIZE] = 2;
	ck_assert_int_eq(send(pair[1], bytes, 100, 0), 100);
	ck_assert_int_eq(send(pair[1], bytes, 100, 0), 100);
	close(pair[1]);
	turn(&peers[0].data);
	ck_assert_uint_eq(n_passed, 2);
	ck_assert_uint_eq(ports[0].counters.dropped_in[PORT_DROP_SHORT], 0);
	ck_assert_uint_eq(n_lost, 1);
}
END_TEST

/* Of datagrams none is an end: an empty one is a frame that is too short. */
START_TEST(an_empty_datagram_is_no_end)
{
	int control[2];
	int pair[2];

	setup_one(SOCK_DGRAM, pair, control);
	ck_assert_int_eq(send(pair[1], bytes, 0, 0), 0);
	turn(&peers[0].data);
	ck_assert_uint_eq(ports[0].counters.dropped_in[PORT_DROP_SHORT], 1);
	ck_assert_uint_eq(n_lost, 0);
	close(pair[1]);
	turn(&peers[0].data);
	ck_assert_uint_eq(n_lost, 0);
}
END_TEST

START_TEST(the_end_of_the_control_connection_is_the_peers)
{
	int control[2];
	int pair[2];

	setup_one(kinds[_i], pair, control);
	turn(&peers[0].control); /* for nothing */
	ck_assert_uint_eq(n_lost, 0);
	ck_assert_int_eq(send(control[1], bytes, 100, 0), 100); /* which nobody reads */
	turn(&peers[0].control);
	ck_assert_uint_eq(n_lost, 0);
	close(control[1]);
	turn(&peers[0].control);
	ck_assert_uint_eq(n_lost, 1);
}
END_TEST

static int proof;

static int prove(struct peer *peer)
{
	(void)peer;
	return proof;
}

START_TEST(nothing_passes_before_it_is_proven_who_it_is)
{
	int control[2];
	int pair[2];

	setup_one(SOCK_DGRAM, pair, control);
	peers[0].prove = prove;
	for (unsigned i = 0; i < PORT_BATCH; i++)
		frames[i] = (struct frame){.data = bytes, .size = 100};
	bytes[MAC_SIZE] = 2;
	ck_assert_int_eq(send(pair[1], bytes, 100, 0), 100);
	turn(&peers[0].data);
	peer_send(&peers[0], frames, 2);
	ck_assert_uint_eq(n_passed, 0);
	ck_assert_uint_eq(ports[0].counters.dropped_out[PORT_DROP_UNPROVEN], 2);
	proof = 1;
	turn(&peers[0].data);
	peer_send(&peers[0], frames, 2);
	ck_assert_uint_eq(n_passed, 1);
	ck_assert_uint_eq(ports[0].counters.frames_out, 2);
	ck_assert_uint_eq(ports[0].counters.bytes_out, 200);
	peers[0].prove = prove;
	proof = -EPERM;
	turn(&peers[0].data);
	ck_assert_uint_eq(n_lost, 1);
	peer_send(&peers[0], frames, 3);
	ck_assert_uint_eq(ports[0].counters.dropped_out[PORT_DROP_DOWN], 3);
}
END_TEST

/* A super-frame of two segments: two messages, and no third with both. */
START_TEST(a_super_frame_goes_as_its_segments_alone)
{
	static uint8_t super[FRAME_HEADER + 40 + 200] = {[12] = 0x08, [FRAME_HEADER] = 0x45};
	struct frame frame = {
		.data = super,
		.size = sizeof(super),
		.vnet = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
			 .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
			 .hdr_len = FRAME_HEADER + 40,
			 .gso_size = 100,
			 .csum_start = FRAME_HEADER + 20,
			 .csum_offset = 16},
	};
	int control[2];
	int pair[2];

	super[FRAME_HEADER + 3] = 240; /* total length */
	super[FRAME_HEADER + 9] = 6;   /* TCP */
	super[FRAME_HEADER + 32] = 0x50;
	setup_one(SOCK_DGRAM, pair, control);
	peer_send(&peers[0], &frame, 1);
	ck_assert_uint_eq(ports[0].counters.frames_out, 2);
	ck_assert_uint_eq(ports[0].counters.bytes_out, 2 * (FRAME_HEADER + 40 + 100));
	for (unsigned i = 0; i < 2; i++)
		ck_assert_int_eq(recv(pair[1], bytes, sizeof(bytes), MSG_DONTWAIT),
				 FRAME_HEADER + 40 + 100);
	ck_assert_int_lt(recv(pair[1], bytes, sizeof(bytes), MSG_DONTWAIT), 0);

	frame.vnet.gso_size = 2; /* more than the outbox has room for, and maybe the socket */
	peer_send(&peers[0], &frame, 1);
	for (unsigned i = 0; i < 100; i++) {
		ck_assert_int_eq(recv(pair[1], bytes, sizeof(bytes), MSG_DONTWAIT), FRAME_MIN);
		turn_out(0);
	}
	ck_assert_uint_eq(ports[0].counters.frames_out, 2 + 100);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(what_the_rate_does_not_let_go_waits),
		UNIT_TEST(without_its_rate_a_peer_gets_all),
		UNIT_TEST(a_rate_ends_with_its_peer),
		UNIT_TEST(a_rate_says_nothing_of_room),
		UNIT_TEST(one_that_does_not_read_gets_the_rest_later),
		UNIT_TEST(who_sends_more_than_its_rate_is_read),
		UNIT_TEST(a_peer_that_has_more_room_keeps_it),
		UNIT_TEST(segments_are_no_longer_than_the_mtu),
		UNIT_TEST(what_has_no_room_waits_and_comes_in_order),
		UNIT_TEST(the_loop_asks_for_room_only_while_something_waits),
		UNIT_TEST(who_stops_reading_costs_the_others_nothing),
		UNIT_TEST(many_who_stop_at_once_share_the_memory),
		UNIT_TEST(what_waits_goes_with_its_peer),
		UNIT_TEST(the_rest_of_a_super_frame_waits),
		UNIT_CASES(what_a_peer_sends_goes_through_the_bridge, kinds),
		UNIT_TEST(its_last_frames_come_before_its_end),
		UNIT_TEST(an_empty_datagram_is_no_end),
		UNIT_CASES(the_end_of_the_control_connection_is_the_peers, kinds),
		UNIT_TEST(nothing_passes_before_it_is_proven_who_it_is),
		UNIT_TEST(a_super_frame_goes_as_its_segments_alone),
	};

	return unit_run("peer", tests, UNIT_COUNT(tests));
}
