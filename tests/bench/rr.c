// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Round trips, one at a time, of a UDP datagram of 64 bytes.
 *
 *	rr serve PORT
 *	rr ask ADDRESS PORT SECONDS      prints: trips per second, p50 and p99 in µs, lost
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "tool.h"

enum {
	SIZE = 64,
	BUCKETS = 200000, /* of 1 µs */
	TIMEOUT = 200000, /* µs */
};

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static struct sockaddr_in make_address(const char *ip, const char *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)atoi(port))};

	if (inet_pton(AF_INET, ip, &address.sin_addr) != 1)
		die(ip);
	return address;
}

static void serve(const char *port)
{
	struct sockaddr_in address = make_address("0.0.0.0", port);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die("bind");
	while (1) {
		uint8_t data[2048];
		struct sockaddr_in from;
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&from, &size);

		if (n >= 0)
			sendto(fd, data, (size_t)n, 0, (struct sockaddr *)&from, size);
	}
}

/* One round trip in µs, or a negative number: it was lost. */
static double trip(int fd, uint64_t number)
{
	uint64_t data[SIZE / sizeof(uint64_t)] = {number};
	double start = now_us();

	if (send(fd, data, sizeof(data), 0) < 0)
		return -1;
	do {
		if (recv(fd, data, sizeof(data), 0) < 0)
			return -1;
	} while (data[0] != number);
	return now_us() - start;
}

static unsigned percentile(const unsigned *buckets, unsigned n, unsigned percent)
{
	unsigned seen = 0;
	unsigned i = 0;

	while (i < BUCKETS - 1 && (seen += buckets[i]) < (uint64_t)n * percent / 100)
		i++;
	return i;
}

static void ask(const char *ip, const char *port, double seconds)
{
	static unsigned buckets[BUCKETS];
	struct sockaddr_in address = make_address(ip, port);
	const struct timeval timeout = {.tv_usec = TIMEOUT};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	unsigned done = 0;
	unsigned lost = 0;
	double start;
	double us;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die("connect");
	trip(fd, UINT64_MAX); /* addresses are resolved */
	start = now_us();
	for (uint64_t i = 0; now_us() - start < seconds * 1e6; i++) {
		us = trip(fd, i);
		if (us < 0) {
			lost++;
			continue;
		}
		buckets[us < BUCKETS - 1 ? (unsigned)us : BUCKETS - 1]++;
		done++;
	}
	printf("%.0f %u %u %u\n", done * 1e6 / (now_us() - start), percentile(buckets, done, 50),
	       percentile(buckets, done, 99), lost);
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "serve") == 0)
		serve(argv[2]);
	else if (argc == 5 && strcmp(argv[1], "ask") == 0)
		ask(argv[2], argv[3], atof(argv[4]));
	else
		fputs("usage: rr serve PORT | rr ask ADDRESS PORT SECONDS\n", stderr);
	return argc == 5 ? 0 : 2;
}
