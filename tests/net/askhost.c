// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * askhost PID MILLISECONDS VERB [ADDRESSES]...: asks the host process as the worker
 * PID, over the worker's own socket, as often as it is listened to; with each
 * number of ADDRESSES in turn. Prints how many requests it took. For a worker that
 * is stopped (SIGSTOP), as one that somebody took over would not read the answers.
 *
 * askhost PID answered MILLISECONDS VERB: the same, and reads the answers only then, until there is
 * one to each, or none for ten seconds; prints how many requests and how many answers.
 *
 * askhost PID descriptor VERB: asks once, with a descriptor, which no request has but those for
 * TAPs (hand-out). Prints "sent", or "refused" where the kernel does not let it (Linux 6.16).
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "fdpass.h"
#include "mac.h"
#include "request.h"

enum { WORKER_HOST_FD = 3 };

static long long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static int ask_with_descriptor(int fd, const char *verb)
{
	struct request request = {.verb = (uint32_t)atoi(verb)};
	int ret;

	if (strcmp(verb, "hand-out") == 0) {
		request.verb = REQUEST_HAND_OUT;
		request.tap.version = TAP_MESSAGE_VERSION;
		request.tap.queues = 1;
	}
	ret = fdpass_send(fd, &request, sizeof(request), (int[]){STDIN_FILENO}, 1);

	puts(ret == 0 ? "sent" : ret == -EPERM ? "refused" : "failed");
	return 0;
}

/* REQUEST_RESULT, of so many requests. */
static unsigned answers(int fd, unsigned n)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	struct request request;
	unsigned got = 0;
	int fds[FDPASS_MAX];

	while (got < n && poll(&readable, 1, 10000) > 0 &&
	       fdpass_recv(fd, &request, sizeof(request), fds) > 0) {
		got += request.verb == REQUEST_RESULT;
		fdpass_close(fds);
	}
	return got;
}

int main(int argc, char **argv)
{
	bool reads = argc >= 5 && strcmp(argv[2], "answered") == 0;
	int pidfd = argc >= 4 ? (int)syscall(SYS_pidfd_open, atoi(argv[1]), 0) : -1;
	int fd = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, WORKER_HOST_FD, 0);
	char **what = reads ? argv + 3 : argv + 2; /* milliseconds, and what follows them */
	int n_what = argc - (int)(what - argv);
	long long end = fd < 0 ? 0 : milliseconds() + atoi(what[0]);
	unsigned n = 0;

	if (fd < 0) {
		perror("askhost PID MILLISECONDS VERB [ADDRESSES]...");
		return 2;
	}
	if (strcmp(argv[2], "descriptor") == 0)
		return ask_with_descriptor(fd, argv[3]);
	while (milliseconds() < end) {
		struct request request = {.verb = (uint32_t)atoi(what[1])};

		if (reads)
			request.token = n + 1;
		if (n_what > 2)
			request.n_addresses = (uint32_t)atoi(what[2 + (int)n % (n_what - 2)]);
		for (unsigned i = 0; i < request.n_addresses && i < MAC_LIST_MAX; i++)
			request.addresses[i] = 0x020000000001 + n % 2 + i;
		if (send(fd, &request, sizeof(request), MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
			n++;
		} else if (errno == EAGAIN) {
			usleep(1000);
		} else {
			perror("askhost: the host process does not listen any more");
			return 1;
		}
	}
	if (reads)
		printf("%u %u\n", n, answers(fd, n));
	else
		printf("%u\n", n);
	return 0;
}
