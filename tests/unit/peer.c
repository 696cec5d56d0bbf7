// SPDX-License-Identifier: GPL-2.0-or-later
#include "peer.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bridge.h"
#include "unit.h"

enum {
	PEERS = 100,
	FRAMES = 8, /* that a socket has room for, whatever the kernel's settings */
	BATCHES = 40,
	SLACK_NS = 100000, /* that the kernel's timers are late */
	/* ns: all that is saved up, and the share of that; 100 would take 1500 ms */
	ONE_STALL = STALLBUDGET_MAX / (STALLBUDGET_SHARE - 1) * STALLBUDGET_SHARE + 200000,
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

/*
 * The clock stands still but for waits, unless it is the real one, and nobody reads
 * during a wait: so what waits add up to is the same on every machine.
 */
static bool real_clock;
static int64_t clock_stands; /* ns; from when it was first asked */
static unsigned waits;

int clock_gettime(clockid_t id, struct timespec *now)
{
	if (!real_clock && clock_stands > 0) {
		*now = (struct timespec){.tv_sec = clock_stands / 1000000000,
					 .tv_nsec = clock_stands % 1000000000};
		return 0;
	}
	if (syscall(SYS_clock_gettime, id, now) < 0)
		return -1;
	clock_stands = (int64_t)now->tv_sec * 1000000000 + now->tv_nsec;
	return 0;
}

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
	waits++;
	if (real_clock)
		return (int)syscall(SYS_ppoll, fds, n, timeout, mask, (size_t)_NSIG / 8);
	clock_stands += timeout->tv_nsec + SLACK_NS;
	return 0;
}

/* What a compiler may make of it. */
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask,
		size_t size);
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask,
		size_t size)
{
	(void)size;
	return ppoll(fds, n, timeout, mask);
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

/* How long it takes to send it more than it has room for, in ns. */
static int64_t fill(unsigned i)
{
	int64_t start = clock_stands;

	for (unsigned n = 0; n < BATCHES; n++)
		peer_send(&peers[i], frames, PORT_BATCH);
	ck_assert_uint_gt(ports[i].counters.dropped_out[PORT_DROP_FULL], 0);
	return clock_stands - start;
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
	int64_t first;

	setup_peers();
	take_many(0);
	first = fill(0);
	ck_assert_int_gt(first, 0);
	ck_assert_int_le(first, ONE_STALL);
	ck_assert_int_eq(fill(0), 0);
}
END_TEST

START_TEST(many_who_stop_at_once_cost_no_more_than_one)
{
	int64_t sum = 0;

	setup_peers();
	for (unsigned i = 0; i < PEERS; i++)
		take_many(i);
	for (unsigned i = 0; i < PEERS; i++)
		sum += fill(i);
	ck_assert_int_le(sum, ONE_STALL);
}
END_TEST

START_TEST(coming_anew_buys_nothing)
{
	int64_t sum = 0;

	setup_peers();
	for (unsigned n = 0; n < PEERS; n++) {
		sum += fill(0);
		close(others[0]);
		attach(0);
		take_many(1); /* another one is well-behaved meanwhile */
	}
	ck_assert_int_le(sum, ONE_STALL);
}
END_TEST

/* Begins to read a millisecond later, or when there is a processor for it. */
static pid_t start_late_reader(unsigned i)
{
	const struct timespec late = {.tv_nsec = 1000000};
	pid_t reader = fork();

	if (reader != 0)
		return reader;
	nanosleep(&late, NULL);
	for (;;)
		drain(i);
}

/* Frames that it has room for. */
static unsigned room_of(unsigned i)
{
	uint64_t before = ports[i].counters.frames_out;

	while (ports[i].counters.dropped_out[PORT_DROP_FULL] == 0)
		peer_send(&peers[i], frames, 1);
	drain(i);
	return (unsigned)(ports[i].counters.frames_out - before);
}

/* Now and then it is too late, or there before it is waited for: of many times, once. */
START_TEST(who_reads_a_little_late_loses_nothing)
{
	const struct port_counters *counters = &ports[0].counters;
	bool waited_in_full = false;
	unsigned room;

	real_clock = true;
	setup_peers();
	room = room_of(0);
	for (int tries = 0; tries < 100 && !waited_in_full; tries++) {
		unsigned before;
		uint64_t lost;
		pid_t reader;

		take_many(0); /* it earns budget; and that with all of them comes with time */
		usleep(STALLBUDGET_MAX / 1000 * STALLBUDGET_SHARE);
		for (unsigned n = 0; n < room; n++)
			peer_send(&peers[0], frames, 1);
		before = waits;
		lost = counters->dropped_out[PORT_DROP_FULL];
		reader = start_late_reader(0);
		peer_send(&peers[0], frames, PORT_BATCH);
		waited_in_full = waits > before && counters->dropped_out[PORT_DROP_FULL] == lost;
		kill(reader, SIGKILL);
		waitpid(reader, NULL, 0);
		drain(0);
	}
	ck_assert(waited_in_full);
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
