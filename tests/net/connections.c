// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * connections serve ADDRESS PORT: takes every connection and keeps it.
 * connections close ADDRESS PORT: takes every connection, and closes it when its client does.
 * connections open ADDRESS PORT N SECONDS: opens N at once, waits at most so long until they
 *   are established, prints how many are and after how many milliseconds, and keeps them until
 *   its standard input ends.
 * connections cycle ADDRESS PORT N: opens and closes one after the other, and prints how many
 *   were established, how many of these at once (without a second SYN), and after how many
 *   milliseconds all were through.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FILES_MAX = 20000, BATCH = 256 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t parse(const char *host, const char *port, union address *address)
{
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, host, &address->v4.sin_addr) == 1) {
		address->v4.sin_family = AF_INET;
		address->v4.sin_port = htons((uint16_t)atoi(port));
		return sizeof(address->v4);
	}
	if (inet_pton(AF_INET6, host, &address->v6.sin6_addr) != 1)
		exit(2);
	address->v6.sin6_family = AF_INET6;
	address->v6.sin6_port = htons((uint16_t)atoi(port));
	return sizeof(address->v6);
}

static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wait_for_end(int fd)
{
	char byte;

	while (recv(fd, &byte, 1, 0) > 0)
		;
	close(fd);
}

static int serve(const union address *address, socklen_t size, int closes)
{
	int fd = socket(address->any.sa_family, SOCK_STREAM, 0);
	int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, &address->any, size) < 0 || listen(fd, 65535) < 0)
		return 1;
	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client < 0 && errno != EINTR && errno != ECONNABORTED)
			return 1;
		if (client >= 0 && closes)
			wait_for_end(client);
	}
}

/* Those that are refused or time out are not tried again. */
static int open_all(const union address *address, socklen_t size, int n, long seconds)
{
	int epoll = epoll_create1(0);
	long start = milliseconds();
	int established = 0;
	int pending = 0;

	for (int i = 0; i < n; i++) {
		struct epoll_event event = {.events = EPOLLOUT};

		event.data.fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
		if (event.data.fd < 0 ||
		    (connect(event.data.fd, &address->any, size) < 0 && errno != EINPROGRESS))
			continue;
		pending += epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event) == 0;
	}
	while (pending > 0 && milliseconds() - start < seconds * 1000) {
		struct epoll_event events[BATCH];
		int ready = epoll_wait(epoll, events, BATCH, 50);

		for (int i = 0; i < ready; i++, pending--) {
			int error = 0;
			socklen_t length = sizeof(error);

			getsockopt(events[i].data.fd, SOL_SOCKET, SO_ERROR, &error, &length);
			epoll_ctl(epoll, EPOLL_CTL_DEL, events[i].data.fd, NULL);
			established += error == 0;
		}
	}
	printf("%d %ld\n", established, milliseconds() - start);
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}

static int cycle(const union address *address, socklen_t size, int n)
{
	long start = milliseconds();
	int done = 0;
	int at_once = 0;

	for (int i = 0; i < n; i++) {
		int fd = socket(address->any.sa_family, SOCK_STREAM, 0);
		struct timeval patience = {.tv_sec = 3};
		struct tcp_info info = {0};
		socklen_t length = sizeof(info);

		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
		if (connect(fd, &address->any, size) == 0) {
			getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length);
			done++;
			at_once += info.tcpi_total_retrans == 0;
		}
		close(fd);
	}
	printf("%d %d %ld\n", done, at_once, milliseconds() - start);
	return 0;
}

int main(int argc, char **argv)
{
	struct rlimit files = {FILES_MAX, FILES_MAX};
	union address address;
	socklen_t size;

	setrlimit(RLIMIT_NOFILE, &files);
	if (argc < 4)
		return 2;
	size = parse(argv[2], argv[3], &address);
	if (strcmp(argv[1], "serve") == 0)
		return serve(&address, size, 0);
	if (strcmp(argv[1], "close") == 0)
		return serve(&address, size, 1);
	if (argc == 6 && strcmp(argv[1], "open") == 0)
		return open_all(&address, size, atoi(argv[4]), atol(argv[5]));
	if (argc == 5 && strcmp(argv[1], "cycle") == 0)
		return cycle(&address, size, atoi(argv[4]));
	return 2;
}
