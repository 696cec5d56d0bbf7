/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ports that guests leave with. A guest's flow that left by a port of the host owns that port
 * towards its peer: what the peer sends there reaches the guest, not the host. So guests get ports
 * that the host does not use: none below 1024, none that the kernel picks for the host's own
 * connections, none that is reserved, and none that the host listens on when we start.
 *
 * Reads files in /proc, which are those of the caller's network namespace.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
	NATPORTS_FIRST = 1024,	/* below are the privileged ones, RFC 6335 section 6 */
	NATPORTS_USUAL = 61000, /* above Linux's own range for connections, 32768 to 60999 */
	NATPORTS_LAST = 65535,
	NATPORTS_LEAST = 64,	/* the fewest a user may name */
	NATPORTS_WANTED = 1024, /* fewer are chosen only if there is no other way */
	/*
	 * No more are chosen: if the usual ones are taken, what is free is mostly the range from
	 * 1024 up, with the well-known ports of services.
	 */
	NATPORTS_MOST = 8192,
	NATPORTS_LISTENERS_MAX = 4, /* named in the warning; more are only counted */
	NATPORTS_TEXT_MAX = 512,
};

/* What the host uses a port for. */
enum natports_kind {
	NATPORTS_LOCAL = 1 << 0,    /* ip_local_port_range */
	NATPORTS_RESERVED = 1 << 1, /* ip_local_reserved_ports */
	NATPORTS_TCP = 1 << 2,	    /* a socket that peers can reach is bound to it */
	NATPORTS_UDP = 1 << 3,
	NATPORTS_LISTENERS = NATPORTS_TCP | NATPORTS_UDP,
	NATPORTS_OWN = NATPORTS_RESERVED | NATPORTS_LISTENERS,
	NATPORTS_ANY = NATPORTS_LOCAL | NATPORTS_OWN,
};

struct natports_use {
	uint8_t kinds[NATPORTS_LAST + 1]; /* for each port */
};

struct natports {
	uint16_t low;
	uint16_t high;	      /* inclusive */
	bool local;	      /* the kernel picks some of them for the host's connections */
	unsigned n_listeners; /* of the host, on these ports */
	struct natports_listener {
		const char *protocol;
		uint16_t port;
	} listeners[NATPORTS_LISTENERS_MAX]; /* the first of them */
};

/* Fills in *use from /proc. What cannot be read counts as Linux's default, or as unused. */
void natports_read(struct natports_use *use);

/* Parts of it, which add to *use what a file of /proc says. Invalid lines are ignored. */
void natports_read_local(struct natports_use *use, FILE *file);
void natports_read_reserved(struct natports_use *use, FILE *file);

/* kind: NATPORTS_TCP, where only listening sockets count, or NATPORTS_UDP. */
void natports_read_sockets(struct natports_use *use, FILE *file, enum natports_kind kind);

/* Chooses the ports that harm the host least. */
struct natports natports_choose(const struct natports_use *use);

/* The ports that the user named, and what the host uses of them. */
struct natports natports_name(const struct natports_use *use, uint16_t low, uint16_t high);

/* How many ports there are. */
unsigned natports_count(const struct natports *ports);

/* What the host may lose, in one line; NULL: nothing that we know of. Returns text. */
const char *natports_warning(const struct natports *ports, char text[NATPORTS_TEXT_MAX]);
