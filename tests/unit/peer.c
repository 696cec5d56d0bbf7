// SPDX-License-Identifier: GPL-2.0-or-later
#include "peer.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bridge.h"
#include "unit.h"

enum {
	PEERS = 100,
	FRAMES = 8, /* that a socket has room for, whatever the kernel's settings */
	BATCHES = 40,
	ONE_STALL = 100, /* ms: what one takes at most on a busy machine; 100 would take 1500 */
};

static struct loop loop;
static struct batch batch;
static struct outbox outbox;
static struct bridge bridge;
static struct port ports[PEERS];
static struct peer peers[PEERS];
static int others[PEERS];
static uint8_t bytes[1000];
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

static void setup_peers(void)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(batch_init(&batch, 1500), 0);
	outbox_init(&outbox);
	bridge_init(&bridge, 1500, 1);
	for (unsigned i = 0; i < PORT_BATCH; i++)
		frames[i] = (struct frame){.data = bytes, .size = sizeof(bytes)};
	for (unsigned i = 0; i < PEERS; i++) {
		ck_assert_int_eq(bridge_add(&bridge, &ports[i]), 0);
		peer_init(&peers[i], &loop, &batch, &outbox, &ports[i], lost);
		attach(i);
	}
}

static double milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Takes all that is there. */
static void drain(unsigned i)
{
	uint8_t data[2048];

	while (recv(others[i], data, sizeof(data), MSG_DONTWAIT) > 0)
		;
}

/* What makes it worth waiting for: it took many frames. */
static void take_many(unsigned i)
{
	for (unsigned n = 0; n < 1000; n += FRAMES) {
		peer_send(&peers[i], frames, FRAMES);
		drain(i);
	}
}

/* How long it takes to send it more than it has room for, in ms. */
static double fill(unsigned i)
{
	double start = milliseconds();

	for (unsigned n = 0; n < BATCHES; n++)
		peer_send(&peers[i], frames, PORT_BATCH);
	ck_assert_uint_gt(ports[i].counters.dropped_out[PORT_DROP_FULL], 0);
	return milliseconds() - start;
}

static int send_buffer(int fd)
{
	int room = 0;
	socklen_t size = sizeof(room);

	ck_assert_int_eq(getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, &size), 0);
	return room;
}

START_TEST(a_peer_may_lag_behind_further_than_by_default)
{
	const int huge = 4 << 20;
	int pair[2];

	setup_peers();
	ck_assert_int_gt(send_buffer(peers[0].data.fd), send_buffer(others[0]));
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), 0);
	if (setsockopt(pair[0], SOL_SOCKET, SO_SNDBUFFORCE, &huge, sizeof(huge)) < 0)
		return; /* who is root sees that more is left alone */
	ck_assert_int_eq(peer_attach(&peers[0], pair[0], -1), 0);
	ck_assert_int_eq(send_buffer(pair[0]), 2 * huge);
}
END_TEST

START_TEST(who_stops_reading_costs_little_and_once)
{
	setup_peers();
	take_many(0);
	ck_assert(fill(0) < ONE_STALL);
	ck_assert(fill(0) < ONE_STALL / 10);
}
END_TEST

START_TEST(many_who_stop_at_once_cost_no_more_than_one)
{
	double sum = 0;

	setup_peers();
	for (unsigned i = 0; i < PEERS; i++)
		take_many(i);
	for (unsigned i = 0; i < PEERS; i++)
		sum += fill(i);
	ck_assert_msg(sum < ONE_STALL, "%.1f ms", sum);
}
END_TEST

START_TEST(coming_anew_buys_nothing)
{
	double sum = 0;

	setup_peers();
	for (unsigned n = 0; n < PEERS; n++) {
		sum += fill(0);
		close(others[0]);
		attach(0);
		take_many(1); /* another one is well-behaved meanwhile */
	}
	ck_assert_msg(sum < 5 * ONE_STALL, "%.1f ms", sum);
}
END_TEST

START_TEST(who_reads_a_little_late_loses_nothing)
{
	const struct timespec late = {.tv_nsec = 1000000};
	uint64_t before;
	pid_t reader;

	setup_peers();
	take_many(0);
	while (ports[0].counters.dropped_out[PORT_DROP_FULL] == 0)
		peer_send(&peers[0], frames, 1); /* full, and its patience is spent */
	drain(0);
	take_many(0); /* it is earned again */
	before = ports[0].counters.dropped_out[PORT_DROP_FULL];
	reader = fork();
	if (reader == 0) {
		nanosleep(&late, NULL);
		for (;;)
			drain(0);
	}
	peer_send(&peers[0], frames, PORT_BATCH);
	kill(reader, SIGKILL);
	waitpid(reader, NULL, 0);
	ck_assert_uint_eq(ports[0].counters.dropped_out[PORT_DROP_FULL], before);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_peer_may_lag_behind_further_than_by_default),
		UNIT_TEST(who_stops_reading_costs_little_and_once),
		UNIT_TEST(many_who_stop_at_once_cost_no_more_than_one),
		UNIT_TEST(coming_anew_buys_nothing),
		UNIT_TEST(who_reads_a_little_late_loses_nothing),
	};

	return unit_run("peer", tests, UNIT_COUNT(tests));
}
