// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many DHCP clients behind one connection to an endpoint, for tests; all at once:
 *
 *   dhcpclients LOCATOR MAC [COUNT]   COUNT guests lease, with MAC and those that follow it;
 *                                     prints "MAC IP SECONDS" for each, IP is - for none
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libvdeplug.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	CLIENTS_MAX = 2048,
	AT_ONCE = 32,
	TRIES = 10,
	PATIENCE = 400, /* ms until a question is asked again */
	DISCOVER = 1,
	OFFER = 2,
	REQUEST = 3,
	ACK = 5,
	NAK = 6,
};

struct bootp {
	uint8_t op, htype, hlen, hops;
	uint32_t xid;
	uint16_t secs, flags;
	uint32_t ciaddr, yiaddr, siaddr, giaddr;
	uint8_t chaddr[16];
	char sname[64], file[128];
	uint8_t cookie[4];
	uint8_t options[312];
} __attribute__((packed));

struct packet {
	struct ether_header ether;
	struct iphdr ip;
	struct udphdr udp;
	struct bootp bootp;
} __attribute__((packed));

struct client {
	uint8_t mac[6];
	int asks; /* DISCOVER, REQUEST, 0: done */
	int tries;
	long long deadline;
	uint32_t address, server, seconds; /* network byte order, the time in host's */
};

static VDECONN *connection;
static struct client clients[CLIENTS_MAX];

static long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static uint16_t ip_checksum(const void *ip)
{
	uint16_t words[sizeof(struct iphdr) / 2];
	uint32_t sum = 0;

	memcpy(words, ip, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / 2; i++)
		sum += words[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void ask(struct client *client, int type)
{
	struct packet packet = {.ether.ether_type = htons(ETHERTYPE_IP)};
	struct bootp *bootp = &packet.bootp;
	uint8_t *option = bootp->options;

	client->asks = type;
	client->deadline = now() + PATIENCE;
	memset(packet.ether.ether_dhost, 0xff, 6);
	memcpy(packet.ether.ether_shost, client->mac, 6);
	packet.ip = (struct iphdr){.version = 4,
				   .ihl = 5,
				   .tot_len = htons(sizeof(packet) - sizeof(packet.ether)),
				   .ttl = 64,
				   .protocol = IPPROTO_UDP,
				   .daddr = INADDR_BROADCAST};
	packet.ip.check = ip_checksum(&packet.ether + 1);
	packet.udp.source = htons(68);
	packet.udp.dest = htons(67);
	packet.udp.len = htons(sizeof(packet.udp) + sizeof(packet.bootp));
	*bootp = (struct bootp){.op = 1,
				.htype = 1,
				.hlen = 6,
				.xid = htonl((uint32_t)(client - clients) + 1),
				.flags = htons(0x8000),
				.cookie = {99, 130, 83, 99}};
	memcpy(bootp->chaddr, client->mac, 6);
	memcpy(option, (uint8_t[]){53, 1, (uint8_t)type}, 3);
	option += 3;
	if (type == REQUEST) {
		memcpy(option, (uint8_t[]){50, 4}, 2);
		memcpy(option + 2, &client->address, 4);
		memcpy(option + 6, (uint8_t[]){54, 4}, 2);
		memcpy(option + 8, &client->server, 4);
		option += 12;
	}
	*option = 255;
	if (vde_send(connection, &packet, sizeof(packet), 0) < 0)
		perror("send");
}

/* The value of an option, or NULL. */
static const uint8_t *find_option(const struct bootp *bootp, const uint8_t *end, uint8_t wanted)
{
	const uint8_t *option = bootp->options;

	while (option + 2 <= end && *option != 255) {
		if (*option == 0) {
			option++;
			continue;
		}
		if (option + 2 + option[1] > end)
			return NULL;
		if (*option == wanted)
			return option + 2;
		option += 2 + option[1];
	}
	return NULL;
}

static void finish(struct client *client, bool leased)
{
	char text[INET_ADDRSTRLEN] = "-";

	client->asks = 0;
	if (leased)
		inet_ntop(AF_INET, &client->address, text, sizeof(text));
	printf("%02x:%02x:%02x:%02x:%02x:%02x %s %u\n", client->mac[0], client->mac[1],
	       client->mac[2], client->mac[3], client->mac[4], client->mac[5], text,
	       leased ? client->seconds : 0);
}

static void answer(const struct packet *packet, size_t size, unsigned n)
{
	const struct bootp *bootp = &packet->bootp;
	const uint8_t *end = (const uint8_t *)packet + size;
	uint32_t number = ntohl(bootp->xid) - 1;
	struct client *client = &clients[number < n ? number : 0];
	const uint8_t *type, *server, *seconds;

	if (packet->ether.ether_type != htons(ETHERTYPE_IP) || packet->ip.protocol != IPPROTO_UDP ||
	    packet->udp.dest != htons(68) || number >= n || !client->asks ||
	    memcmp(bootp->chaddr, client->mac, 6) != 0)
		return;
	type = find_option(bootp, end, 53);
	server = find_option(bootp, end, 54);
	seconds = find_option(bootp, end, 51);
	if (!type || !server)
		return;
	memcpy(&client->server, server, 4);
	client->address = bootp->yiaddr;
	if (*type == OFFER && client->asks == DISCOVER) {
		ask(client, REQUEST);
	} else if (*type == NAK && client->asks == REQUEST) {
		ask(client, DISCOVER);
	} else if (*type == ACK && client->asks == REQUEST && seconds) {
		memcpy(&client->seconds, seconds, 4);
		client->seconds = ntohl(client->seconds);
		finish(client, true);
	}
}

/* Asks again who waits too long; the number of those that still wait. */
static unsigned look_at_deadlines(unsigned n)
{
	unsigned waiting = 0;

	for (unsigned i = 0; i < n; i++) {
		struct client *client = &clients[i];

		if (client->asks && now() >= client->deadline) {
			if (++client->tries == TRIES)
				finish(client, false);
			else
				ask(client, DISCOVER);
		}
		waiting += client->asks != 0;
	}
	return waiting;
}

int main(int argc, char **argv)
{
	static union {
		struct packet packet;
		uint8_t bytes[2048];
	} buffer;
	unsigned n = argc > 3 ? (unsigned)atoi(argv[3]) : 1;
	unsigned next = 0;
	unsigned waiting = 0;
	uint8_t m[6];

	if (argc < 3 || n > CLIENTS_MAX ||
	    sscanf(argv[2], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", m, m + 1, m + 2, m + 3, m + 4,
		   m + 5) != 6)
		return 2;
	connection = vde_open(argv[1], (char[]){"dhcpclients"}, NULL);
	if (!connection) {
		perror(argv[1]);
		return 1;
	}
	for (unsigned i = 0; i < n; i++) {
		unsigned last = (unsigned)(m[4] << 8 | m[5]) + i;

		memcpy(clients[i].mac, m, 4);
		clients[i].mac[4] = (uint8_t)(last >> 8);
		clients[i].mac[5] = (uint8_t)last;
	}
	while (next < n || waiting > 0) {
		struct pollfd readable = {.fd = vde_datafd(connection), .events = POLLIN};

		while (next < n && waiting < AT_ONCE) {
			ask(&clients[next++], DISCOVER);
			waiting++;
		}
		if (poll(&readable, 1, 20) > 0) {
			ssize_t size = vde_recv(connection, &buffer, sizeof(buffer), 0);

			if (size >
			    (ssize_t)(sizeof(struct packet) - sizeof(buffer.packet.bootp.options)))
				answer(&buffer.packet, (size_t)size, n);
		}
		waiting = look_at_deadlines(next);
	}
	vde_close(connection);
	return 0;
}
