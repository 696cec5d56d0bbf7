// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The floor: what a frame costs at the least, in a bare loop of sendmmsg() or
 * recvmmsg() on the sockets that VDE uses (connected AF_UNIX datagrams).
 *
 *	floor SIZE SECONDS      prints: ns of CPU per frame of the sender, of the receiver
 */
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, STRIDE = 65600 };

static double cpu_ns(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (double)used.tv_sec * 1e9 + (double)used.tv_nsec;
}

static struct mmsghdr *make_batch(size_t size)
{
	static struct mmsghdr messages[BATCH];
	static struct iovec iov[BATCH];
	uint8_t *memory = calloc(BATCH, STRIDE);

	for (unsigned i = 0; memory && i < BATCH; i++) {
		iov[i] = (struct iovec){memory + (size_t)i * STRIDE, size};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &iov[i], .msg_iovlen = 1};
	}
	return messages;
}

/* Moves batches until the time is over; the CPU time of each frame. */
static double move(int fd, short events, size_t size, int seconds)
{
	struct mmsghdr *messages = make_batch(size);
	struct pollfd ready = {.fd = fd, .events = events};
	time_t end = time(NULL) + seconds;
	double start = cpu_ns();
	double frames = 0;
	int n;

	while (time(NULL) < end && poll(&ready, 1, 100) >= 0) {
		if (events == POLLOUT)
			n = sendmmsg(fd, messages, BATCH, MSG_DONTWAIT);
		else
			n = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
		frames += n > 0 ? n : 0;
	}
	return (cpu_ns() - start) / (frames > 0 ? frames : 1);
}

int main(int argc, char **argv)
{
	double *costs = mmap(NULL, 2 * sizeof(*costs), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	size_t size = argc == 3 ? (size_t)atoi(argv[1]) : 0;
	int seconds = argc == 3 ? atoi(argv[2]) : 0;
	int fds[2];
	pid_t sender;

	if (size == 0 || size > STRIDE || costs == MAP_FAILED ||
	    socketpair(AF_UNIX, SOCK_DGRAM, 0, fds) < 0) {
		fputs("usage: floor SIZE SECONDS\n", stderr);
		return 2;
	}
	sender = fork();
	if (sender == 0) {
		costs[0] = move(fds[0], POLLOUT, size, seconds);
		_exit(0);
	}
	costs[1] = move(fds[1], POLLIN, size, seconds);
	waitpid(sender, NULL, 0);
	printf("%.0f %.0f\n", costs[0], costs[1]);
	return 0;
}
