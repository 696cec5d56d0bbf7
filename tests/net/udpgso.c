// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * UDP in super-frames (UDP_SEGMENT, udp(7)), for tests:
 *
 *   udpgso send ADDRESS PORT COUNT SIZE FIFO   COUNT sends of as many datagrams of SIZE bytes
 *                                              as one takes, the last a byte shorter; numbered
 *   udpgso recv PORT COUNT FIFO                prints "N whole, N broken"; one that comes
 *                                              twice is broken
 *
 * No send follows before all of the last have come, which the receiver says through
 * the FIFO: nobody needs room for more, and whoever loses one has no excuse.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	AT_ONCE = 40,
	SIZE_MAX_UDP = 1472,
	SENDS_MAX = 100,
	GIVE_UP = 30000, /* ms */
	LATE = 300,	 /* ms, for what should not come any more */
};

/* A datagram tells its number and size; the rest follows from the number. */
static void fill(uint8_t *data, uint32_t size, uint32_t number)
{
	memcpy(data, &number, 4);
	memcpy(data + 4, &size, 4);
	for (uint32_t i = 8; i < size; i++)
		data[i] = (uint8_t)(number * 31 + i);
}

static int is_whole(const uint8_t *data, uint32_t size)
{
	static uint8_t seen[SENDS_MAX * AT_ONCE];
	uint8_t expected[SIZE_MAX_UDP];
	uint32_t number;

	if (size < 8 || size > SIZE_MAX_UDP)
		return 0;
	memcpy(&number, data, 4);
	fill(expected, size, number);
	return memcmp(data, expected, size) == 0 && number < sizeof(seen) && !seen[number]++;
}

/* Waits until the last send has come, all of it. */
static int was_taken(int fifo)
{
	struct pollfd readable = {.fd = fifo, .events = POLLIN};
	char byte;

	return poll(&readable, 1, GIVE_UP) == 1 && read(fifo, &byte, 1) == 1;
}

static int send_all(char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[3]))};
	int size = atoi(argv[5]);
	int fifo = open(argv[6], O_RDWR);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	static uint8_t data[AT_ONCE * SIZE_MAX_UDP];
	uint32_t number = 0;

	if (fifo < 0 || size > SIZE_MAX_UDP || inet_pton(AF_INET, argv[2], &to.sin_addr) != 1 ||
	    setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size)) < 0)
		return 2;
	for (int i = 0; i < atoi(argv[4]); i++) {
		for (int j = 0; j < AT_ONCE; j++)
			fill(data + j * size, (uint32_t)(size - (j == AT_ONCE - 1)), number++);
		if (sendto(fd, data, (size_t)(AT_ONCE * size - 1), 0, (struct sockaddr *)&to,
			   sizeof(to)) < 0) {
			perror("send");
			return 1;
		}
		if (!was_taken(fifo)) {
			fprintf(stderr, "send %d has not come\n", i);
			return 1;
		}
	}
	return 0;
}

static int receive_all(char **argv)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
	struct pollfd readable = {.fd = socket(AF_INET, SOCK_DGRAM, 0), .events = POLLIN};
	unsigned all = (unsigned)atoi(argv[3]) * AT_ONCE;
	int fifo = open(argv[4], O_RDWR);
	unsigned whole = 0;
	unsigned broken = 0;
	uint8_t data[65536];

	if (fifo < 0 || all > SENDS_MAX * AT_ONCE ||
	    bind(readable.fd, (struct sockaddr *)&here, sizeof(here)) < 0)
		return 1;
	while (poll(&readable, 1, whole + broken < all ? GIVE_UP : LATE) > 0) {
		ssize_t n = recv(readable.fd, data, sizeof(data), 0);

		if (n > 0 && is_whole(data, (uint32_t)n))
			whole++;
		else
			broken++;
		if ((whole + broken) % AT_ONCE == 0 && write(fifo, "", 1) != 1)
			return 1;
	}
	printf("%u whole, %u broken\n", whole, broken);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 7 && strcmp(argv[1], "send") == 0)
		return send_all(argv);
	if (argc == 5 && strcmp(argv[1], "recv") == 0)
		return receive_all(argv);
	return 2;
}
