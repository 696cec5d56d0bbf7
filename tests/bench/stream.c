// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TCP throughput of a guest that has nothing but this program: it connects to
 * its host over and over, and does what the host asks for.
 *
 *	stream guest ADDRESS PORT
 *	stream host PORT up|down SECONDS CONTROL      prints: bits per second
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "tool.h"

enum {
	CHUNK = 128 << 10,
	RETRY = 300000, /* µs */
	GIVE_UP = 2,	/* s: of a guest whose connection nobody answers */
	PATIENCE = 10,	/* s without a connection, or without anything in it */
};

static uint8_t chunk[CHUNK];

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Answers one connection: sends ('u') or receives ('d') until it is closed. */
static void answer(int fd)
{
	char what;

	if (recv(fd, &what, 1, 0) != 1)
		return;
	if (what == 'u') {
		while (send(fd, chunk, sizeof(chunk), MSG_NOSIGNAL) > 0)
			;
	} else {
		double bytes = 0;
		ssize_t n;

		while ((n = recv(fd, chunk, sizeof(chunk), 0)) > 0)
			bytes += (double)n;
		send(fd, &bytes, sizeof(bytes), MSG_NOSIGNAL);
	}
}

static void guest(const char *ip, uint16_t port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
	const struct timeval give_up = {.tv_sec = GIVE_UP};

	inet_pton(AF_INET, ip, &address.sin_addr);
	while (true) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &give_up, sizeof(give_up));
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &give_up, sizeof(give_up));
		if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
			answer(fd);
		close(fd);
		usleep(RETRY);
	}
}

static int accept_one(uint16_t port)
{
	const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
	const struct timeval patience = {.tv_sec = PATIENCE};
	const int on = 1;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int fd;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (bind(listener, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(listener, 1) < 0)
		die("listen");
	fd = accept(listener, NULL, NULL);
	if (fd < 0)
		die("accept");
	close(listener);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	return fd;
}

static double receive(int fd, double seconds)
{
	double start = now();
	double bytes = 0;
	ssize_t n;

	while (now() - start < seconds && (n = recv(fd, chunk, sizeof(chunk), 0)) > 0)
		bytes += (double)n;
	return bytes * 8 / (now() - start);
}

/* What arrived, by the receiver's account; until its last byte. */
static double deliver(int fd, double seconds)
{
	double start = now();
	double bytes = 0;

	while (now() - start < seconds && send(fd, chunk, sizeof(chunk), MSG_NOSIGNAL) > 0)
		;
	shutdown(fd, SHUT_WR);
	if (recv(fd, &bytes, sizeof(bytes), MSG_WAITALL) != sizeof(bytes))
		die("the guest's account");
	return bytes * 8 / (now() - start);
}

static void host(uint16_t port, char what, double seconds, const char *control)
{
	int fd = accept_one(port);

	if (setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, control, strlen(control)) < 0)
		die(control);
	if (send(fd, &what, 1, MSG_NOSIGNAL) != 1)
		die("send");
	printf("%.0f\n", what == 'u' ? receive(fd, seconds) : deliver(fd, seconds));
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "guest") == 0)
		guest(argv[2], (uint16_t)atoi(argv[3]));
	else if (argc == 6 && strcmp(argv[1], "host") == 0)
		host((uint16_t)atoi(argv[2]), argv[3][0], atof(argv[4]), argv[5]);
	else
		fputs("usage: stream guest ADDRESS PORT | stream host PORT up|down SECONDS "
		      "CONTROL\n",
		      stderr);
	return argc == 6 ? 0 : 2;
}
