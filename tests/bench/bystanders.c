// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guests that are attached and send nothing: they read all that comes, or nothing
 * (as an emulator that is stopped). With an address, the first says once a second
 * by ARP that it has it, so that a switch knows where it is.
 *
 *	bystanders USER LOCATOR N reading|stalled [ADDRESS]
 *
 * It says "ready", and the MAC address, when all are attached.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libvdeplug.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tool.h"

enum {
	GUESTS_MAX = 256,
	FRAME_MAX = 65536 + 64,
	ANNOUNCE = 1000, /* ms */
};

#define MAC	 "\x02\0\0\0\0\x0b"
#define MAC_TEXT "02:00:00:00:00:0b"

/* A gratuitous ARP request, up to the sender's address. */
static uint8_t announcement[60] =
	"\xff\xff\xff\xff\xff\xff" MAC "\x08\x06\0\x01\x08\0\x06\x04\0\x01" MAC;

static struct pollfd guests[GUESTS_MAX];

static void attach(const char *locator, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		VDECONN *vde = vde_open((char *)locator, (char *)"bystander", NULL);

		if (!vde || fcntl(vde_datafd(vde), F_SETFL, O_NONBLOCK) < 0)
			die(locator);
		guests[i] = (struct pollfd){.fd = vde_datafd(vde), .events = POLLIN};
	}
}

static void set_address(const char *text)
{
	struct in_addr address;

	if (inet_pton(AF_INET, text, &address) != 1)
		die(text);
	memcpy(announcement + 28, &address, sizeof(address));
	memcpy(announcement + 38, &address, sizeof(address));
}

static void read_all(unsigned n)
{
	static uint8_t frame[FRAME_MAX];

	for (unsigned i = 0; i < n; i++) {
		while (guests[i].revents && recv(guests[i].fd, frame, sizeof(frame), 0) > 0)
			;
	}
}

int main(int argc, char **argv)
{
	unsigned n = argc >= 5 ? (unsigned)atoi(argv[3]) : 0;
	bool announces = argc == 6;
	bool reads;

	if (n < 1 || n > GUESTS_MAX) {
		fputs("usage: bystanders USER LOCATOR N reading|stalled [ADDRESS]\n", stderr);
		return 2;
	}
	reads = strcmp(argv[4], "reading") == 0;
	if (announces)
		set_address(argv[5]);
	become(argv[1]);
	attach(argv[2], n);
	puts("ready " MAC_TEXT);
	fflush(stdout);
	while (true) {
		if (announces)
			send(guests[0].fd, announcement, sizeof(announcement), 0);
		if (poll(guests, reads ? n : 0, announces ? ANNOUNCE : -1) > 0)
			read_all(n);
	}
}
