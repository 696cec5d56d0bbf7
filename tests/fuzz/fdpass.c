// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages with descriptors. Input: kind of socket, bytes sent, room, and how many descriptors
 * come in each of two control messages. Whatever a peer sends, no descriptor stays open that
 * the caller is not given, and those that he is given are the ones that were sent.
 */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "fdpass.h"
#include "fuzz.h"

enum { ROOM = 64, MANY = 8 };

/* As fdpass_send(), with any number of descriptors, which all are the same file. */
static void send_any(int socket, size_t size, int file, const unsigned counts[2])
{
	static char data[2 * ROOM];
	char control[2 * CMSG_SPACE(MANY * sizeof(int))] __attribute__((aligned(8))) = {0};
	struct iovec iov = {.iov_base = data, .iov_len = size};
	struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control};

	for (unsigned i = 0; i < 2; i++) {
		struct cmsghdr *header = (struct cmsghdr *)(control + message.msg_controllen);

		if (counts[i] == 0)
			continue;
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(counts[i] * sizeof(int));
		for (unsigned k = 0; k < counts[i]; k++)
			memcpy(CMSG_DATA(header) + k * sizeof(int), &file, sizeof(file));
		message.msg_controllen += CMSG_SPACE(counts[i] * sizeof(int));
	}
	if (message.msg_controllen == 0)
		message.msg_control = NULL;
	(void)sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void check(const int fds[FDPASS_MAX], ssize_t n, unsigned sent, int file)
{
	unsigned got = 0;
	struct stat theirs;
	struct stat ours;

	FUZZ_CHECK(fstat(file, &theirs) == 0);
	while (got < FDPASS_MAX && fds[got] >= 0)
		got++;
	for (unsigned i = 0; i < FDPASS_MAX; i++)
		FUZZ_CHECK(i < got ? fcntl(fds[i], F_GETFD) == FD_CLOEXEC : fds[i] == -1);
	for (unsigned i = 0; i < got; i++)
		FUZZ_CHECK(fstat(fds[i], &ours) == 0 && ours.st_ino == theirs.st_ino);
	FUZZ_CHECK(n < 0 ? got == 0 : got == sent);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int types[] = {SOCK_SEQPACKET, SOCK_DGRAM, SOCK_STREAM};
	struct fuzz_input input = {data, size};
	int type = types[fuzz_take(&input) % 3];
	size_t bytes = fuzz_take(&input) % (2 * ROOM);
	size_t room = fuzz_take(&input) % ROOM;
	unsigned counts[2] = {fuzz_take(&input) % MANY, fuzz_take(&input) % MANY};
	int names_sender = (int)(fuzz_take(&input) & 1);
	int before = fuzz_free_descriptor();
	char *memory = malloc(room ? room : 1);
	int fds[FDPASS_MAX];
	int pair[2];
	ssize_t n;

	FUZZ_CHECK(memory && socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, pair) == 0);
	(void)setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &names_sender, sizeof(names_sender));
	send_any(pair[1], bytes, pair[1], counts);
	n = fdpass_recv(pair[0], memory, room, fds);
	FUZZ_CHECK(n <= (ssize_t)room);
	if (n >= 0)
		check(fds, n, counts[0] + counts[1], pair[1]);
	else
		check(fds, n, 0, pair[1]);
	fdpass_close(fds);
	if (counts[0] <= FDPASS_MAX && bytes <= room && bytes > 0 && !names_sender && n >= 0) {
		const int files[FDPASS_MAX] = {pair[1], pair[1]};

		FUZZ_CHECK(fdpass_send(pair[1], memory, bytes, files, counts[0]) == 0);
		FUZZ_CHECK(fdpass_recv(pair[0], memory, room, fds) == (ssize_t)bytes);
		check(fds, (ssize_t)bytes, counts[0], pair[1]);
		fdpass_close(fds);
	}
	close(pair[0]);
	close(pair[1]);
	free(memory);
	FUZZ_CHECK(fuzz_free_descriptor() == before);
	return 0;
}
