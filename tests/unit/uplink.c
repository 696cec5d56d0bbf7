// SPDX-License-Identifier: GPL-2.0-or-later
#include "uplink.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "unit.h"

enum { BEHIND = 20 /* bytes before a frame, as a vnet header */ };

static struct pool pool;
static struct uplink uplink;
static struct port port;
static unsigned sizes[PORT_BATCH + 1]; /* of what the device has; 0: no more */
static int ends_with;

/* A device: each frame lies in the memory that is given, filled to what it may use. */
static int read_one(struct port *of, uint8_t *memory, struct frame *frame, unsigned index)
{
	ck_assert_ptr_eq(of, &port);
	ck_assert_uint_lt(index, PORT_BATCH);
	if (sizes[index] == 0)
		return ends_with;
	*frame = (struct frame){.data = memory + BEHIND, .size = sizes[index]};
	return 1;
}

static int read_some(int ends, unsigned max)
{
	ends_with = ends;
	if (!pool.memory)
		ck_assert_int_eq(pool_init(&pool), 0);
	ck_assert_int_eq(uplink_init(&uplink, &pool, true), 0);
	return uplink_read(&uplink, &port, read_one, max);
}

static void finish(void)
{
	uplink_release(&uplink);
	ck_assert_uint_eq(pool.n_used, 0);
	uplink_finish(&uplink);
	uplink_finish(&uplink); /* twice does no harm */
}

static void fill(unsigned n, unsigned size)
{
	for (unsigned i = 0; i < n; i++)
		sizes[i] = size;
	sizes[n] = 0;
}

/* Bridge and ports pad it where it lies: that must not reach into the next one. */
static const unsigned every_size[] = {1,  14, 43, 44,  45,  46,	 59,   60,
				      61, 64, 65, 107, 108, 109, 1514, 65535};

START_TEST(a_short_frame_has_room_for_its_padding)
{
	fill(3, every_size[_i]);
	ck_assert_int_eq(read_some(0, PORT_BATCH), 3);
	for (unsigned i = 0; i < 3; i++)
		memset(uplink.frames[i].data, (int)i + 1, uplink.frames[i].size);
	for (unsigned i = 0; i < 3; i++)
		frame_pad(&uplink.frames[i]);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_uint_eq(uplink.frames[i].data[0], i + 1);
	finish();
}
END_TEST

START_TEST(no_more_than_was_asked_for)
{
	fill(PORT_BATCH, 60);
	ck_assert_int_eq(read_some(0, PORT_BATCH), PORT_BATCH);
	finish();
	ck_assert_int_eq(read_some(0, 1), 1);
	finish();
}
END_TEST

/* 64 KiB each: four are more than enough for one turn. */
START_TEST(no_more_than_stays_in_the_cache)
{
	fill(PORT_BATCH, 65535);
	ck_assert_int_eq(read_some(0, PORT_BATCH), 4);
	finish();
}
END_TEST

START_TEST(what_was_read_before_an_error_counts)
{
	fill(2, 100);
	ck_assert_int_eq(read_some(-EBADFD, PORT_BATCH), 2);
	finish();
	fill(0, 0);
	ck_assert_int_eq(read_some(-EBADFD, PORT_BATCH), -EBADFD);
	finish();
	ck_assert_int_eq(read_some(0, PORT_BATCH), 0);
	finish();
}
END_TEST

START_TEST(a_frame_stays_for_who_holds_it)
{
	uint8_t *held;

	fill(2, 100);
	ck_assert_int_eq(read_some(0, PORT_BATCH), 2);
	memset(uplink.frames[1].data, 7, 100);
	held = pool_hold(&pool, uplink.frames[1].data, 100);
	ck_assert_ptr_eq(held, uplink.frames[1].data);
	uplink_release(&uplink);
	ck_assert_uint_eq(pool.n_used, 1);
	ck_assert_int_eq(uplink_read(&uplink, &port, read_one, 2), 2);
	for (unsigned i = 0; i < 2; i++)
		memset(uplink.frames[i].data, 8, 100);
	ck_assert_uint_eq(held[99], 7);
	pool_give(&pool, held);
	finish();
}
END_TEST

/* Or those with much that waits would never get less: what comes is still sent to the others. */
START_TEST(one_at_a_time_where_the_memory_is_full)
{
	uint8_t *all;

	fill(3, 100);
	ck_assert_int_eq(read_some(0, 1), 1);
	uplink_release(&uplink);
	all = pool_take(&pool, POOL_CELLS * POOL_CELL);
	ck_assert_ptr_nonnull(all);
	ck_assert_int_eq(uplink_read(&uplink, &port, read_one, 3), 1);
	ck_assert_ptr_null(pool_hold(&pool, uplink.frames[0].data, 100));
	pool_give(&pool, all);
	finish();
}
END_TEST

static unsigned sent[3];
static unsigned n_sent;

static void send_on(struct port *of, struct frame *frames, unsigned n)
{
	ck_assert_ptr_eq(of, &port);
	ck_assert_ptr_eq(frames, uplink.frames);
	ck_assert_uint_lt(n_sent, 3);
	sent[n_sent++] = n;
}

/* Who waits for an answer does not wait for a second look. */
START_TEST(the_first_frame_goes_before_the_others)
{
	fill(3, 100);
	ck_assert_int_eq(read_some(0, 1), 1);
	uplink_release(&uplink);
	ck_assert_int_eq(uplink_turn(&uplink, &port, read_one, send_on), 0);
	ck_assert_uint_eq(n_sent, 2);
	ck_assert_uint_eq(sent[0], 1);
	ck_assert_uint_eq(sent[1], 3); /* this device always has three */
	fill(0, 0);
	ends_with = -EBADFD;
	ck_assert_int_eq(uplink_turn(&uplink, &port, read_one, send_on), -EBADFD);
	ck_assert_uint_eq(n_sent, 2);
	finish();
}
END_TEST

static uint8_t bytes[8000];

static void write_some(int fd, unsigned n, enum port_drop drop)
{
	struct frame frames[3];

	port = (struct port){0};
	for (unsigned i = 0; i < n; i++)
		frames[i] = (struct frame){.data = bytes, .size = sizeof(bytes)};
	ck_assert_int_eq(uplink_init(&uplink, &pool, false), 0);
	uplink_write(&uplink, &port, fd, frames, n);
	uplink_finish(&uplink);
	ck_assert_uint_eq(port.counters.frames_out, drop == PORT_DROPS ? n : 0);
	ck_assert_uint_eq(port.counters.bytes_out, drop == PORT_DROPS ? n * sizeof(bytes) : 0);
	for (int i = 0; i < PORT_DROPS; i++)
		ck_assert_uint_eq(port.counters.dropped_out[i], i == (int)drop ? n : 0);
}

START_TEST(what_is_written_is_counted_or_dropped_with_its_reason)
{
	const int little = 1;
	int full[2];
	int pair[2];
	int file = open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	write_some(file, 3, PORT_DROPS);
	write_some(-1, 2, PORT_DROP_DOWN);
	close(file);
	file = open("/dev/full", O_WRONLY | O_CLOEXEC);
	write_some(file, 2, PORT_DROP_ERROR);
	close(file);
	ck_assert_int_eq(pipe2(full, O_NONBLOCK | O_CLOEXEC), 0);
	while (write(full[1], bytes, sizeof(bytes)) > 0)
		;
	write_some(full[1], 2, PORT_DROP_FULL);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &little, sizeof(little)), 0);
	write_some(pair[0], 1, PORT_DROP_LONG);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_short_frame_has_room_for_its_padding, every_size),
		UNIT_TEST(no_more_than_was_asked_for),
		UNIT_TEST(no_more_than_stays_in_the_cache),
		UNIT_TEST(what_was_read_before_an_error_counts),
		UNIT_TEST(a_frame_stays_for_who_holds_it),
		UNIT_TEST(one_at_a_time_where_the_memory_is_full),
		UNIT_TEST(the_first_frame_goes_before_the_others),
		UNIT_TEST(what_is_written_is_counted_or_dropped_with_its_reason),
	};

	return unit_run("uplink", tests, UNIT_COUNT(tests));
}
