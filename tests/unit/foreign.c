// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Descriptors that come with a message which needs none: as a peer, a client, or a worker that
 * was taken over could send them. None is ever installed.
 */
#include <dirent.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "batch.h"
#include "fdpass.h"
#include "sendfds.h"
#include "switchsocket.h"
#include "unit_ptp.h"

#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83 /* Linux 6.16 */
#endif

enum { FOREIGN = 5 }; /* descriptors a message: more than any of ours has room for */

/* Sends a byte 0 with copies of a descriptor. As sendmsg(). */
static ssize_t send_copies(int socket, int copied)
{
	int copies[FOREIGN];

	for (int i = 0; i < FOREIGN; i++)
		copies[i] = copied;
	return sendfds(socket, copies, FOREIGN);
}

/* Those of a pipe's end, so that the other, which it returns, tells when all are closed. */
static int send_foreign(int socket)
{
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	ck_assert_int_eq(send_copies(socket, ends[1]), 1);
	close(ends[1]);
	return ends[0];
}

static bool is_closed_everywhere(int reader)
{
	bool is = read(reader, &(char){0}, 1) == 0;

	close(reader);
	return is;
}

static int count_open(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int n = 0;

	ck_assert_ptr_nonnull(directory);
	while (readdir(directory))
		n++;
	closedir(directory);
	return n;
}

static void make_pair(int type, int fds[2])
{
	ck_assert_int_eq(socketpair(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
}

/* What the host process hears of the worker. */
START_TEST(a_request)
{
	int fds[2];
	int reader;
	char data[8];
	int before;

	make_pair(SOCK_SEQPACKET, fds);
	before = count_open();
	reader = send_foreign(fds[0]);
	ck_assert_int_eq(fdpass_recv_data(fds[1], data, sizeof(data)), -EMSGSIZE);
	ck_assert(is_closed_everywhere(reader));
	ck_assert_int_eq(count_open(), before);
	/* One without is what it was, to the last byte, and so is one that is too long. */
	ck_assert_int_eq(fdpass_send(fds[0], "12345678", 8, NULL, 0), 0);
	ck_assert_int_eq(fdpass_recv_data(fds[1], data, sizeof(data)), 8);
	ck_assert_int_eq(fdpass_send(fds[0], "123456789", 9, NULL, 0), 0);
	ck_assert_int_eq(fdpass_recv_data(fds[1], data, sizeof(data)), -EMSGSIZE);
	ck_assert_int_eq(fdpass_recv_data(fds[1], data, sizeof(data)), -EAGAIN);
	close(fds[0]);
	ck_assert_int_eq(fdpass_recv_data(fds[1], data, sizeof(data)), 0);
}
END_TEST

static const int frame_types[] = {SOCK_DGRAM, SOCK_SEQPACKET};

/* Frames: every one of a whole batch. */
START_TEST(frames)
{
	struct batch batch;
	int readers[PORT_BATCH];
	int fds[2];
	int before;
	int n;

	make_pair(frame_types[_i], fds);
	ck_assert_int_eq(batch_init(&batch, 1500), 0);
	before = count_open();
	for (n = 0; n < 8; n++)
		readers[n] = send_foreign(fds[0]);
	ck_assert_int_eq(batch_receive(&batch, fds[1]), n);
	while (n-- > 0)
		ck_assert(is_closed_everywhere(readers[n]));
	ck_assert_int_eq(count_open(), before);
	batch_finish(&batch);
}
END_TEST

/* The first frame of an older client, with the credentials that prove who it is. */
START_TEST(a_proof)
{
	struct sockaddr_un theirs = {.sun_family = AF_UNIX};
	struct sockaddr_un ours = {.sun_family = AF_UNIX};
	int client = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int data = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct batch batch;
	int before;
	int reader;

	snprintf(theirs.sun_path + 1, sizeof(theirs.sun_path) - 1, "foreign-%d", getpid());
	snprintf(ours.sun_path, sizeof(ours.sun_path), "ours");
	ck_assert_int_eq(bind(client, (struct sockaddr *)&theirs, sizeof(theirs)), 0);
	ck_assert_int_eq(switchsocket_connect_abstract(data, theirs.sun_path), 0);
	ck_assert_int_eq(bind(data, (struct sockaddr *)&ours, sizeof(ours)), 0);
	ck_assert_int_eq(connect(client, (struct sockaddr *)&ours, sizeof(ours)), 0);
	ck_assert_int_eq(batch_init(&batch, 1500), 0);
	before = count_open();
	reader = send_foreign(client);
	ck_assert_int_eq(switchsocket_prove(data, getuid()), 1);
	ck_assert_int_eq(count_open(), before + 1); /* the reader alone */
	ck_assert_int_eq(batch_receive(&batch, data), 1);
	ck_assert(is_closed_everywhere(reader));
	ck_assert_int_eq(count_open(), before);
	batch_finish(&batch);
}
END_TEST

/* The one byte that who waits at the path of a point to point network says. */
START_TEST(an_acknowledgement)
{
	int waiting = bind_socket(SOCK_SEQPACKET, "point");
	pid_t peer = fork();
	int before;

	if (peer == 0) {
		int joined = accept(waiting, NULL, NULL);

		/* Newer kernels do not even let it, because that is refused there. */
		if (send_copies(joined, STDIN_FILENO) < 0)
			(void)!send(joined, (char[1]){0}, 1, MSG_NOSIGNAL);
		_exit(0);
	}
	before = count_open();
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_2), 0);
	ck_assert_int_eq(count_open(), before + 1);
	ck_assert_int_eq(waitpid(peer, NULL, 0), peer);
}
END_TEST

/* The same where the kernel stops who would send them, from before the first is accepted. */
START_TEST(what_is_refused_cannot_be_sent)
{
	int waiting = bind_socket(SOCK_SEQPACKET, "refusing");
	int other = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int value = 1;
	socklen_t size = sizeof(value);

	fdpass_refuse(waiting);
	if (getsockopt(waiting, SOL_SOCKET, SO_PASSRIGHTS, &value, &size) < 0)
		return; /* before Linux 6.16 */
	ck_assert_int_eq(value, 0);
	connect_socket(other, "refusing");
	ck_assert_int_eq(send_copies(other, STDIN_FILENO), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(send(other, "x", 1, 0), 1);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_request),
		UNIT_CASES(frames, frame_types),
		UNIT_TEST(a_proof),
		UNIT_TEST(an_acknowledgement),
		UNIT_TEST(what_is_refused_cannot_be_sent),
	};

	return unit_run("foreign", tests, UNIT_COUNT(tests));
}
