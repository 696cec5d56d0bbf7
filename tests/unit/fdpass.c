// SPDX-License-Identifier: GPL-2.0-or-later
#include "fdpass.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "sendfds.h"
#include "unit.h"

enum { MANY = 3 };

static int left;
static int right;

static void make_pair(int flags)
{
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | flags, 0, fds), 0);
	left = fds[0];
	right = fds[1];
}

/* The end of a pipe whose other end tells, by end of file, that every copy is closed. */
static int make_tracer(int *reader)
{
	int fds[2];

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	*reader = fds[0];
	return fds[1];
}

static bool all_closed(int reader)
{
	char byte;

	return read(reader, &byte, 1) == 0;
}

static bool same_file(int a, int b)
{
	struct stat st_a;
	struct stat st_b;

	return fstat(a, &st_a) == 0 && fstat(b, &st_b) == 0 && st_a.st_ino == st_b.st_ino;
}

static const unsigned counts[] = {0, 1, FDPASS_MAX};

START_TEST(descriptors_arrive_in_order)
{
	const unsigned n = counts[_i];
	int sent[FDPASS_MAX];
	int got[FDPASS_MAX] = {77, 77};
	int readers[FDPASS_MAX];
	char data[8];

	make_pair(0);
	for (int i = 0; i < FDPASS_MAX; i++)
		sent[i] = make_tracer(&readers[i]);
	ck_assert_int_eq(fdpass_send(left, "hello", 5, sent, n), 0);
	ck_assert_int_eq(fdpass_recv(right, data, sizeof(data), got), 5);
	ck_assert_mem_eq(data, "hello", 5);
	for (unsigned i = 0; i < FDPASS_MAX; i++) {
		ck_assert(fcntl(sent[i], F_GETFD) >= 0);
		if (i >= n) {
			ck_assert_int_eq(got[i], -1);
			continue;
		}
		ck_assert(same_file(got[i], sent[i]));
		ck_assert_int_eq(fcntl(got[i], F_GETFD), FD_CLOEXEC);
	}
}
END_TEST

START_TEST(too_many_descriptors_are_closed)
{
	int reader;
	int tracer = make_tracer(&reader);
	int got[FDPASS_MAX];
	char data[8];

	make_pair(0);
	/* More than fdpass_send() would send. */
	ck_assert_int_eq(sendfds(left, (int[MANY]){tracer, tracer, tracer}, MANY), 1);
	close(tracer);
	ck_assert_int_eq(fdpass_recv(right, data, sizeof(data), got), -EMSGSIZE);
	ck_assert_int_eq(got[0], -1);
	ck_assert_int_eq(got[1], -1);
	ck_assert(all_closed(reader));
}
END_TEST

START_TEST(descriptors_of_a_long_message_are_closed)
{
	int reader;
	int tracer = make_tracer(&reader);
	int got[FDPASS_MAX];
	char data[4];

	make_pair(0);
	ck_assert_int_eq(fdpass_send(left, "hello", 5, (int[]){tracer, tracer}, 2), 0);
	close(tracer);
	ck_assert_int_eq(fdpass_recv(right, data, sizeof(data), got), -EMSGSIZE);
	ck_assert_int_eq(got[0], -1);
	ck_assert_int_eq(got[1], -1);
	ck_assert(all_closed(reader));
}
END_TEST

START_TEST(a_message_may_fill_its_buffer)
{
	int got[FDPASS_MAX];
	char data[5];

	make_pair(0);
	ck_assert_int_eq(fdpass_send(left, "hello", 5, NULL, 0), 0);
	ck_assert_int_eq(fdpass_recv(right, data, sizeof(data), got), 5);
	ck_assert_mem_eq(data, "hello", 5);
}
END_TEST

START_TEST(messages_stay_apart)
{
	int got[FDPASS_MAX];
	char data[8];

	make_pair(0);
	ck_assert_int_eq(fdpass_send(left, "one", 3, NULL, 0), 0);
	ck_assert_int_eq(fdpass_send(left, "four", 4, &left, 1), 0);
	ck_assert_int_eq(fdpass_recv(right, data, sizeof(data), got), 3);
	ck_assert_int_eq(got[0], -1);
	ck_assert_int_eq(fdpass_recv(right, data, sizeof(data), got), 4);
	ck_assert(same_file(got[0], left));
}
END_TEST

START_TEST(a_closed_peer_is_end_of_file)
{
	int got[FDPASS_MAX] = {77, 77};
	char data[8];

	make_pair(0);
	close(left);
	ck_assert_int_eq(fdpass_recv(right, data, sizeof(data), got), 0);
	ck_assert_int_eq(got[0], -1);
	ck_assert_int_eq(got[1], -1);
}
END_TEST

START_TEST(what_was_sent_comes_before_end_of_file)
{
	int got[FDPASS_MAX];
	char data[8];

	make_pair(0);
	ck_assert_int_eq(fdpass_send(left, "x", 1, &right, 1), 0);
	close(left);
	ck_assert_int_eq(fdpass_recv(right, data, sizeof(data), got), 1);
	ck_assert(same_file(got[0], right));
	ck_assert_int_eq(fdpass_recv(right, data, sizeof(data), got), 0);
}
END_TEST

START_TEST(sending_to_a_closed_peer_is_an_error_and_no_signal)
{
	make_pair(0);
	close(right);
	ck_assert_int_eq(fdpass_send(left, "x", 1, NULL, 0), -EPIPE);
}
END_TEST

START_TEST(a_socket_that_does_not_block_says_so)
{
	int got[FDPASS_MAX] = {77, 77};
	char data[8];
	int ret = 0;

	make_pair(SOCK_NONBLOCK);
	ck_assert_int_eq(fdpass_recv(right, data, sizeof(data), got), -EAGAIN);
	ck_assert_int_eq(got[0], -1);
	for (int i = 0; i < 100000 && ret == 0; i++)
		ret = fdpass_send(left, "x", 1, NULL, 0);
	ck_assert_int_eq(ret, -EAGAIN);
}
END_TEST

START_TEST(a_closed_descriptor_is_an_error)
{
	int got[FDPASS_MAX];
	char data[8];

	make_pair(0);
	ck_assert_int_eq(fdpass_send(left, "x", 1, (int[]){-1}, 1), -EBADF);
	ck_assert_int_eq(fdpass_recv(-1, data, sizeof(data), got), -EBADF);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(descriptors_arrive_in_order, counts),
		UNIT_TEST(too_many_descriptors_are_closed),
		UNIT_TEST(descriptors_of_a_long_message_are_closed),
		UNIT_TEST(a_message_may_fill_its_buffer),
		UNIT_TEST(messages_stay_apart),
		UNIT_TEST(a_closed_peer_is_end_of_file),
		UNIT_TEST(what_was_sent_comes_before_end_of_file),
		UNIT_TEST(sending_to_a_closed_peer_is_an_error_and_no_signal),
		UNIT_TEST(a_socket_that_does_not_block_says_so),
		UNIT_TEST(a_closed_descriptor_is_an_error),
	};

	return unit_run("fdpass", tests, UNIT_COUNT(tests));
}
