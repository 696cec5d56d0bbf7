// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * askhost PID MILLISECONDS VERB [ADDRESSES]...: asks the host process as the worker
 * PID, over the worker's own socket, as often as it is listened to; with each
 * number of ADDRESSES in turn. Prints how many requests it took. For a worker that
 * is stopped (SIGSTOP), as one that somebody took over would not read the answers.
 *
 * askhost PID descriptor VERB: asks once, with a descriptor, which no request has but those for
 * TAPs (hand-out). Prints "sent", or "refused" where the kernel does not let it (Linux 6.16).
 */
#include <errno.h>
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

int main(int argc, char **argv)
{
	int pidfd = argc >= 4 ? (int)syscall(SYS_pidfd_open, atoi(argv[1]), 0) : -1;
	int fd = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, WORKER_HOST_FD, 0);
	long long end = fd < 0 ? 0 : milliseconds() + atoi(argv[2]);
	unsigned n = 0;

	if (fd < 0) {
		perror("askhost PID MILLISECONDS VERB [ADDRESSES]...");
		return 2;
	}
	if (strcmp(argv[2], "descriptor") == 0)
		return ask_with_descriptor(fd, argv[3]);
	while (milliseconds() < end) {
		struct request request = {.verb = (uint32_t)atoi(argv[3])};

		if (argc > 4)
			request.n_addresses = (uint32_t)atoi(argv[4 + (int)n % (argc - 4)]);
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
	printf("%u\n", n);
	return 0;
}
