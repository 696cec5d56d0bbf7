// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * askhost PID MILLISECONDS VERB [ADDRESSES]...: asks the host process as the worker
 * PID, over the worker's own socket, as often as it is listened to; with each
 * number of ADDRESSES in turn. Prints how many requests it took. For a worker that
 * is stopped (SIGSTOP), as one that somebody took over would not read the answers.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "mac.h"
#include "request.h"

enum { WORKER_HOST_FD = 3 };

static long long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
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
