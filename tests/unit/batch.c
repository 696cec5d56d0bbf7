// SPDX-License-Identifier: GPL-2.0-or-later
#include "batch.h"

#include <errno.h>
#include <malloc.h>
#include <sys/socket.h>

#include "unit.h"

enum {
	MTU = 1500,
	/* Two tags are more than the MTU counts, and all of that fits. */
	LONGEST = FRAME_HEADER + 8 + MTU,
};

static struct batch batch;
static int pair[2];
static uint8_t bytes[4 * MTU];

static void setup(int type)
{
	ck_assert_int_eq(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(batch_init(&batch, MTU), 0);
	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + 1);
}

static void finish(void)
{
	close(pair[0]);
	close(pair[1]);
	batch_finish(&batch);
	batch_finish(&batch); /* twice does no harm */
}

static const int types[] = {SOCK_DGRAM, SOCK_SEQPACKET};

START_TEST(frames_come_as_they_were_sent)
{
	static const unsigned sizes[] = {1, 14, 60, MTU, LONGEST};

	setup(types[_i]);
	for (int i = 0; i < UNIT_COUNT(sizes); i++)
		ck_assert_int_eq(send(pair[1], bytes + i, sizes[i], 0), sizes[i]);
	ck_assert_int_eq(batch_receive(&batch, pair[0]), UNIT_COUNT(sizes));
	for (int i = 0; i < UNIT_COUNT(sizes); i++) {
		ck_assert_uint_eq(batch.frames[i].size, sizes[i]);
		ck_assert_mem_eq(batch.frames[i].data, bytes + i, sizes[i]);
		ck_assert(frame_is_plain(&batch.frames[i]));
	}
	finish();
}
END_TEST

/* Whoever judges its length must see that it was cut. */
START_TEST(a_frame_that_was_too_long_has_the_size_that_was_sent)
{
	setup(types[_i]);
	ck_assert_int_eq(send(pair[1], bytes, sizeof(bytes), 0), (ssize_t)sizeof(bytes));
	ck_assert_int_eq(send(pair[1], bytes, 60, 0), 60);
	ck_assert_int_eq(batch_receive(&batch, pair[0]), 2);
	ck_assert_uint_eq(batch.frames[0].size, sizeof(bytes));
	ck_assert_uint_eq(batch.frames[1].size, 60); /* and its memory is its own */
	ck_assert_mem_eq(batch.frames[1].data, bytes, 60);
	finish();
}
END_TEST

/* Where peers may send more than the MTU. */
START_TEST(a_large_batch_has_room_for_them)
{
	setup(types[_i]);
	batch_finish(&batch);
	ck_assert_int_eq(batch_init_large(&batch, MTU, sizeof(bytes)), 0);
	ck_assert_uint_eq(batch.mtu, MTU);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(send(pair[1], bytes, sizeof(bytes), 0), (ssize_t)sizeof(bytes));
	ck_assert_int_eq(batch_receive(&batch, pair[0]), 2);
	for (int i = 0; i < 2; i++) {
		ck_assert_uint_eq(batch.frames[i].size, sizeof(bytes));
		ck_assert_mem_eq(batch.frames[i].data, bytes, sizeof(bytes));
	}
	finish();
}
END_TEST

/* Not even one that was too long. */
START_TEST(a_frame_stays_in_its_room)
{
	setup(types[_i]);
	memset(batch.memory, 0x5a, batch.stride * PORT_BATCH);
	ck_assert_int_eq(send(pair[1], bytes, sizeof(bytes), 0), (ssize_t)sizeof(bytes));
	ck_assert_int_eq(batch_receive(&batch, pair[0]), 1);
	for (size_t i = batch.stride; i < batch.stride * PORT_BATCH; i++)
		ck_assert_uint_eq(batch.memory[i], 0x5a);
	finish();
}
END_TEST

START_TEST(no_more_than_a_batch_at_once)
{
	const int many = 1 << 20;
	int sent = 0;

	setup(types[_i]);
	(void)setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &many, sizeof(many));
	while (sent <= PORT_BATCH && send(pair[1], bytes, 60, MSG_DONTWAIT) == 60)
		sent++;
	if (sent > PORT_BATCH) { /* datagrams queue up to net.unix.max_dgram_qlen */
		ck_assert_int_eq(batch_receive(&batch, pair[0]), PORT_BATCH);
		sent -= PORT_BATCH;
	}
	ck_assert_int_eq(batch_receive(&batch, pair[0]), sent);
	finish();
}
END_TEST

START_TEST(where_there_is_none_it_does_not_wait)
{
	setup(types[_i]);
	ck_assert_int_eq(batch_receive(&batch, pair[0]), 0);
	finish();
	ck_assert_int_eq(batch_receive(&batch, -1), -EBADF);
}
END_TEST

/* Sizes around a cache line, and the ends. */
static const unsigned mtus[] = {576, 1433, 1434, 1435, 1497, 1498, 1499, 1500, 9216, 65520};

START_TEST(every_frame_has_room_for_itself)
{
	ck_assert_int_eq(batch_init(&batch, mtus[_i]), 0);
	for (unsigned i = 0; i < PORT_BATCH; i++) {
		ck_assert_uint_ge(batch.iov[i].iov_len, FRAME_HEADER + 8 + mtus[_i]);
		ck_assert_ptr_eq(batch.frames[i].data, batch.memory + i * batch.stride);
		ck_assert_uint_le(batch.iov[i].iov_len, batch.stride);
	}
	ck_assert_uint_ge(malloc_usable_size(batch.memory), PORT_BATCH * batch.stride);
	batch_finish(&batch);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(frames_come_as_they_were_sent, types),
		UNIT_CASES(a_large_batch_has_room_for_them, types),
		UNIT_CASES(a_frame_that_was_too_long_has_the_size_that_was_sent, types),
		UNIT_CASES(a_frame_stays_in_its_room, types),
		UNIT_CASES(no_more_than_a_batch_at_once, types),
		UNIT_CASES(where_there_is_none_it_does_not_wait, types),
		UNIT_CASES(every_frame_has_room_for_itself, mtus),
	};

	return unit_run("batch", tests, UNIT_COUNT(tests));
}
