// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The highest rate of UDP datagrams of which none is lost, found by doubling, then
 * by bisection, either way; or a steady stream of them.
 *
 *	flood serve PORT
 *	flood find ADDRESS PORT SIZE up|down      prints: datagrams per second
 *	flood pour ADDRESS PORT SIZE RATE         until it is ended
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "tool.h"

enum kind { DATA, ASK_COUNT, COUNT, ASK_FLOOD, FLOODED };

enum {
	SIZE_MAX_UDP = 1472,
	BURST = 64,
	TICK = 100000,	       /* ns between two bursts */
	TRIAL = 100,	       /* ms */
	QUIET = 60,	       /* ms without a datagram: all that come have come */
	FIRST = 2000,	       /* datagrams per second */
	STEPS = 4,	       /* of the bisection */
	TRIES = 2,	       /* of a rate: what else the machine does may lose one */
	BUFFER = 16 << 20,     /* of the receiver: it is not what is measured */
	RATE_MAX = 8000 * 512, /* beyond what a processor sends */
};

struct message {
	uint32_t kind;
	uint32_t trial;
	uint32_t number; /* COUNT, FLOODED: of datagrams; ASK_FLOOD: their rate */
	uint32_t size;	 /* ASK_FLOOD: of each */
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int open_socket(void)
{
	const struct timeval quiet = {.tv_usec = QUIET * 1000};
	const int size = BUFFER;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &quiet, sizeof(quiet)) < 0)
		die("socket");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		die("receive buffer");
	return fd;
}

static uint32_t send_burst(int fd, const void *data, size_t size, uint32_t n)
{
	struct iovec iov = {(void *)data, size};
	struct mmsghdr messages[BURST];
	int sent;

	for (unsigned i = 0; i < BURST; i++)
		messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &iov, .msg_iovlen = 1}};
	sent = sendmmsg(fd, messages, n < BURST ? n : BURST, 0);
	return sent > 0 ? (uint32_t)sent : 0;
}

/* Sends for a trial at a rate; returns how many could be sent. */
static uint32_t flood(int fd, uint32_t trial, uint32_t rate, uint32_t size)
{
	uint8_t data[SIZE_MAX_UDP] = {0};
	const struct message message = {.kind = DATA, .trial = trial};
	const struct timespec tick = {.tv_nsec = TICK};
	uint64_t start = now_ns();
	uint32_t sent = 0;
	uint64_t past;

	memcpy(data, &message, sizeof(message));
	while ((past = now_ns() - start) < TRIAL * 1000000ull) {
		uint64_t due = past * rate / 1000000000;

		if (sent < due)
			sent += send_burst(fd, data, size, (uint32_t)(due - sent));
		else
			nanosleep(&tick, NULL);
	}
	return sent;
}

/* Receives until it is quiet; the number of a trial's datagrams. *reply: what ends it earlier. */
static uint32_t count(int fd, uint32_t trial, struct message *reply)
{
	struct message message;
	uint32_t n = 0;

	reply->kind = DATA;
	while (recv(fd, &message, sizeof(message), 0) >= (ssize_t)sizeof(message)) {
		if (message.kind == DATA && message.trial == trial)
			n++;
		else if (message.trial == trial)
			*reply = message;
	}
	return n;
}

static void serve(const char *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)atoi(port))};
	const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
	int fd = open_socket();
	struct message message;
	uint32_t trial = 0;
	uint32_t n = 0;

	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die("bind");
	while (true) {
		socklen_t size = sizeof(address);

		if (recvfrom(fd, &message, sizeof(message), 0, (struct sockaddr *)&address, &size) <
		    (ssize_t)sizeof(message))
			continue;
		if (message.trial != trial)
			n = 0;
		trial = message.trial;
		if (message.kind == DATA) {
			n++;
			continue;
		}
		connect(fd, (struct sockaddr *)&address, size);
		if (message.kind == ASK_FLOOD)
			n = flood(fd, trial, message.number, message.size);
		message.kind = message.kind == ASK_FLOOD ? FLOODED : COUNT;
		message.number = n;
		send(fd, &message, sizeof(message), 0);
		connect(fd, &nobody, sizeof(nobody));
	}
}

/* Datagrams of a trial: sent, and received. */
static void try_up(int fd, uint32_t trial, uint32_t rate, uint32_t size, uint32_t *sent,
		   uint32_t *received)
{
	const struct message ask = {.kind = ASK_COUNT, .trial = trial};
	struct message reply = {0};

	*sent = flood(fd, trial, rate, size);
	for (int i = 0; i < 10 && reply.kind != COUNT; i++) {
		count(fd, trial, &reply); /* also lets it become quiet */
		send(fd, &ask, sizeof(ask), 0);
		count(fd, trial, &reply);
	}
	*received = reply.number;
}

static void try_down(int fd, uint32_t trial, uint32_t rate, uint32_t size, uint32_t *sent,
		     uint32_t *received)
{
	const struct message ask = {
		.kind = ASK_FLOOD, .trial = trial, .number = rate, .size = size};
	struct message reply;

	send(fd, &ask, sizeof(ask), 0);
	*received = count(fd, trial, &reply);
	*sent = reply.kind == FLOODED ? reply.number : UINT32_MAX; /* its end was lost: too fast */
}

static bool passes_once(int fd, uint32_t rate, uint32_t size, bool up, uint32_t *received)
{
	static uint32_t trial;
	uint32_t sent;

	trial++;
	(up ? try_up : try_down)(fd, trial, rate, size, &sent, received);
	return sent > 0 && *received == sent &&
	       (uint64_t)sent * 1000 / TRIAL >= (uint64_t)rate * 9 / 10;
}

static bool passes(int fd, uint32_t rate, uint32_t size, bool up, uint32_t *received)
{
	for (int i = 0; i < TRIES; i++) {
		if (passes_once(fd, rate, size, up, received))
			return true;
	}
	return false;
}

static int connect_to(const char *ip, const char *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)atoi(port))};
	int fd = open_socket();

	if (inet_pton(AF_INET, ip, &address.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die(ip);
	return fd;
}

static void find(const char *ip, const char *port, uint32_t size, bool up)
{
	uint32_t rate = FIRST;
	uint32_t step;
	uint32_t best = 0;
	uint32_t n;
	int fd = connect_to(ip, port);

	for (; rate < RATE_MAX && passes(fd, rate, size, up, &n); rate *= 2)
		best = n * 1000 / TRIAL;
	step = rate / 4;
	rate -= step;
	for (int i = 0; i < STEPS; i++) {
		bool good = passes(fd, rate, size, up, &n);

		if (good && n * 1000 / TRIAL > best)
			best = n * 1000 / TRIAL;
		step /= 2;
		rate = good ? rate + step : rate - step;
	}
	printf("%u\n", best);
}

static void pour(const char *ip, const char *port, uint32_t size, uint32_t rate)
{
	int fd = connect_to(ip, port);

	while (true)
		flood(fd, 0, rate, size);
}

int main(int argc, char **argv)
{
	uint32_t size = argc == 6 ? (uint32_t)atoi(argv[4]) : 0;

	if (argc == 3 && strcmp(argv[1], "serve") == 0)
		serve(argv[2]);
	else if (size < sizeof(struct message) || size > SIZE_MAX_UDP)
		fputs("usage: flood serve PORT | flood find ADDRESS PORT SIZE up|down | "
		      "flood pour ADDRESS PORT SIZE RATE\n",
		      stderr);
	else if (strcmp(argv[1], "pour") == 0)
		pour(argv[2], argv[3], size, (uint32_t)atoi(argv[5]));
	else
		find(argv[2], argv[3], size, strcmp(argv[5], "up") == 0);
	return size ? 0 : 2;
}
