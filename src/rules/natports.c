// SPDX-License-Identifier: GPL-2.0-or-later
#include "natports.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static void natports_mark(struct natports_use *use, unsigned low, unsigned high,
			  enum natports_kind kind)
{
	for (unsigned port = low; port <= high && port <= NATPORTS_LAST; port++)
		use->kinds[port] |= (uint8_t)kind;
}

void natports_read_local(struct natports_use *use, FILE *file)
{
	unsigned low;
	unsigned high;

	if (fscanf(file, "%u %u", &low, &high) == 2)
		natports_mark(use, low, high, NATPORTS_LOCAL);
}

/* Reads "8080,9000-9010", or an empty line. */
void natports_read_reserved(struct natports_use *use, FILE *file)
{
	unsigned low;

	while (fscanf(file, "%u", &low) == 1) {
		unsigned high = low;

		if (fscanf(file, "-%u", &high) != 1)
			high = low;
		natports_mark(use, low, high, NATPORTS_RESERVED);
		if (fgetc(file) != ',')
			break;
	}
}

/*
 * Whether no peer can reach it. The kernel prints every four bytes of an address as one number in
 * its own byte order; IPv4 has one, IPv6 four.
 */
static bool natports_is_loopback(const char *address)
{
	uint32_t words[4] = {0};
	unsigned n = 0;
	char word[9] = "";

	for (; n < 4 && strlen(address) >= 8; n++, address += 8) {
		memcpy(word, address, 8);
		words[n] = ntohl((uint32_t)strtoul(word, NULL, 16));
	}
	if (n == 1)
		return words[0] >> 24 == 127;
	if (words[0] != 0 || words[1] != 0)
		return false;
	return words[2] == 0xffff ? words[3] >> 24 == 127 : words[2] == 0 && words[3] == 1;
}

void natports_read_sockets(struct natports_use *use, FILE *file, enum natports_kind kind)
{
	enum { TCP_LISTENING = 0x0a }; /* include/net/tcp_states.h of the kernel */
	char line[512];

	while (fgets(line, sizeof(line), file)) {
		char address[33];
		unsigned port;
		unsigned peer;
		unsigned state;

		if (sscanf(line, " %*u: %32[0-9A-F]:%4x %*32[0-9A-F]:%4x %2x", address, &port,
			   &peer, &state) != 4)
			continue;
		/* A connected one only hears its peer, and its flow came first. */
		if (kind == NATPORTS_TCP ? state != TCP_LISTENING : peer != 0)
			continue;
		if (!natports_is_loopback(address))
			natports_mark(use, port, port, kind);
	}
}

void natports_read(struct natports_use *use)
{
	static const struct {
		const char *path;
		enum natports_kind kind;
	} tables[] = {
		{"/proc/net/tcp", NATPORTS_TCP},     {"/proc/net/tcp6", NATPORTS_TCP},
		{"/proc/net/udp", NATPORTS_UDP},     {"/proc/net/udp6", NATPORTS_UDP},
		{"/proc/net/udplite", NATPORTS_UDP}, {"/proc/net/udplite6", NATPORTS_UDP},
	};
	FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");

	*use = (struct natports_use){0};
	if (file) {
		natports_read_local(use, file);
		fclose(file);
	} else {
		natports_mark(use, 32768, 60999, NATPORTS_LOCAL);
	}
	file = fopen("/proc/sys/net/ipv4/ip_local_reserved_ports", "re");
	if (file) {
		natports_read_reserved(use, file);
		fclose(file);
	}
	for (unsigned i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		file = fopen(tables[i].path, "re");
		if (!file) /* no IPv6, no UDP-Lite */
			continue;
		natports_read_sockets(use, file, tables[i].kind);
		fclose(file);
	}
}

/*
 * Finds the largest run, from port first on, without these kinds; the highest if several are as
 * large. Returns its size.
 */
static unsigned natports_find(const struct natports_use *use, unsigned first, int kinds,
			      unsigned *low, unsigned *high)
{
	unsigned best = 0;
	unsigned size = 0;

	for (unsigned port = first; port <= NATPORTS_LAST; port++) {
		size = use->kinds[port] & kinds ? 0 : size + 1;
		if (size == 0 || size < best)
			continue;
		best = size;
		*high = port;
		*low = port - size + 1;
	}
	return best;
}

struct natports natports_choose(const struct natports_use *use)
{
	static const struct {
		unsigned first;
		int kinds; /* that the ports must not have */
	} wishes[] = {
		{NATPORTS_USUAL, NATPORTS_ANY},
		{NATPORTS_FIRST, NATPORTS_ANY},
		{NATPORTS_USUAL, NATPORTS_OWN},
		{NATPORTS_FIRST, NATPORTS_OWN},
	};
	unsigned low;
	unsigned high;

	for (unsigned i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
		if (natports_find(use, wishes[i].first, wishes[i].kinds, &low, &high) <
		    NATPORTS_WANTED)
			continue;
		if (high - low >= NATPORTS_MOST)
			low = high - NATPORTS_MOST + 1;
		return natports_name(use, (uint16_t)low, (uint16_t)high);
	}
	return natports_name(use, NATPORTS_USUAL, NATPORTS_LAST);
}

static void natports_add_listener(struct natports *ports, const char *protocol, uint16_t port)
{
	if (ports->n_listeners < NATPORTS_LISTENERS_MAX)
		ports->listeners[ports->n_listeners] =
			(struct natports_listener){.protocol = protocol, .port = port};
	ports->n_listeners++;
}

struct natports natports_name(const struct natports_use *use, uint16_t low, uint16_t high)
{
	struct natports ports = {.low = low, .high = high};

	for (unsigned port = low; port <= high; port++) {
		if (use->kinds[port] & NATPORTS_LOCAL && !(use->kinds[port] & NATPORTS_RESERVED))
			ports.local = true;
		if (use->kinds[port] & NATPORTS_TCP)
			natports_add_listener(&ports, "tcp", (uint16_t)port);
		if (use->kinds[port] & NATPORTS_UDP)
			natports_add_listener(&ports, "udp", (uint16_t)port);
	}
	return ports;
}

unsigned natports_count(const struct natports *ports)
{
	return ports->high - ports->low + 1u;
}

/* Writes "tcp 8080, udp 51820 and 3 more". */
static void natports_format_listeners(const struct natports *ports, char *text, size_t size)
{
	unsigned n = ports->n_listeners;
	unsigned shown = n < NATPORTS_LISTENERS_MAX ? n : NATPORTS_LISTENERS_MAX;
	size_t length = 0;

	for (unsigned i = 0; i < shown; i++)
		length += (size_t)snprintf(text + length, size - length, "%s%s %u",
					   i == 0 ? "" : ", ", ports->listeners[i].protocol,
					   ports->listeners[i].port);
	if (n > shown)
		snprintf(text + length, size - length, " and %u more", n - shown);
}

const char *natports_warning(const struct natports *ports, char text[NATPORTS_TEXT_MAX])
{
	char listeners[96] = "";

	if (!ports->local && ports->n_listeners == 0)
		return NULL;
	natports_format_listeners(ports, listeners, sizeof(listeners));
	snprintf(
		text, NATPORTS_TEXT_MAX,
		"guests' NAT uses the ports %u-%u, which the host also uses (%s%s%s%s): packets "
		"from peers to %s there can reach a guest instead; use --nat-ports for other ports",
		ports->low, ports->high,
		ports->local ? "some are in net.ipv4.ip_local_port_range" : "",
		ports->local && *listeners ? ", and " : "",
		*listeners ? "the host listens on " : "", listeners,
		*listeners ? "these services" : "a service that listens");
	return text;
}
