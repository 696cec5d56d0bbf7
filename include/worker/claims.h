/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * At which port each IP address is. A fixed table with two uses:
 *
 *	always		A port may bring only so many addresses a minute. The host keeps a
 *			neighbour entry for each, and its kernel has 1024 a family for all
 *			networks and the host's own LAN (gc_thresh3).
 *	if held		An address that lives at one port cannot be claimed at another until the
 *			port goes, or DHCP assigns it elsewhere. It got there by DHCP, by a probe,
 *			or by being claimed first.
 *
 * A port can have many guests, and each guest many addresses.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bridge.h"
#include "claim.h"
#include "prefix.h"
#include "ratelimit.h"
#include "siphash.h"

enum {
	CLAIMS_BITS = 14,
	CLAIMS_MAX = 1 << CLAIMS_BITS,
	/*
	 * Seconds. An address counts for one to two periods after it was last seen. A full kernel
	 * table drops a neighbour only after 45 s of silence (base_reachable_time, which is
	 * randomized by up to half).
	 */
	CLAIMS_PERIOD = 32,
	CLAIMS_AGE = 300,    /* s of silence until a port's newer addresses may replace it */
	CLAIMS_ACTIVE = 768, /* per family, at all ports */
	/*
	 * Packets a second that go through the host to neighbours nobody has heard from. The host
	 * looks for each of them for 3 s: 960 neighbours in all, of 1024.
	 */
	CLAIMS_SOUGHT = 64,
	CLAIMS_SOUGHT_PORT = 16,
	CLAIMS_HELD = CLAIMS_MAX / 4, /* leaves free slots close by */
	CLAIMS_EAGER = 3,     /* a port may have this many times what is left for the others ... */
	CLAIMS_SHARE_MIN = 8, /* ... and this many in any case, up to CLAIMS_ALL */
	CLAIMS_PREFIXES_MAX = 40,
	/* Including those minimum shares; the rest of 1024 is for the host itself. */
	CLAIMS_ALL = 960,
	/*
	 * The port of active addresses whose guest is gone. The host still has those neighbours, so
	 * a guest that reconnects again and again with new addresses gets no more than one that
	 * stays.
	 */
	CLAIMS_NOWHERE = BRIDGE_PORTS_MAX,
};

enum claims_verdict {
	CLAIMS_PASS,
	CLAIMS_TAKEN, /* the address is at another port */
	CLAIMS_FULL,  /* the port has too many */
};

struct claims_entry {
	struct in6_addr address;
	uint32_t seen;	 /* s */
	uint32_t period; /* in which it was last counted; 0: the entry is free */
	uint16_t port;
	bool asked; /* known only from a probe */
	bool told;  /* the host process has been told (apart.h) */
};

/* Addresses seen in this period, and those last seen in the one before. */
struct claims_activity {
	uint16_t now;
	uint16_t before;
};

struct claims_port {
	struct ratelimit search;
	struct in6_addr last;		  /* allowed in this period without another check */
	uint32_t period;		  /* that its counters refer to */
	uint32_t swept;			  /* s */
	uint16_t n_held;		  /* entries */
	struct claims_activity active[2]; /* IPv4, IPv6 */
};

struct claims {
	struct siphash_key key;
	bool held;
	uint32_t changes; /* to the table */
	unsigned n_prefixes;
	struct prefix prefixes[CLAIMS_PREFIXES_MAX]; /* whose sources are neighbours */
	unsigned n_held;			     /* entries, at all ports */
	uint32_t period;
	struct claims_activity active[2]; /* at all ports */
	struct ratelimit search;
	struct claims_port ports[BRIDGE_PORTS_MAX + 1];
	struct claims_entry entries[CLAIMS_MAX];
};

/* Call it with a zeroed struct; there is nothing to finish. held: see above. */
void claims_init(struct claims *claims, const struct siphash_key *key, bool held);

/*
 * Sources in this prefix are neighbours; link-local ones always are. Other sources are behind a
 * neighbour and do not add one. One that is part of another takes no room. 0, or -ENOSPC.
 */
int claims_add_prefix(struct claims *claims, const struct in6_addr *address, unsigned bits);

/* Whether the port may make that claim at the time now (s, CLOCK_MONOTONIC). */
enum claims_verdict claims_say(struct claims *claims, unsigned port, const struct claim *claim,
			       uint32_t now);

/*
 * Whether the port may send a packet to that address through the host, which would have to look for
 * it if it has been silent lately. CLAIMS_PASS or CLAIMS_FULL.
 */
enum claims_verdict claims_seek(struct claims *claims, unsigned port,
				const struct in6_addr *address, uint32_t now);

/* Lists the addresses at a port, at most max of them. Returns how many. */
unsigned claims_list(const struct claims *claims, unsigned port, struct in6_addr *addresses,
		     unsigned max, uint32_t now);

/* Its entry, or NULL: never heard. Valid until the next change. */
struct claims_entry *claims_look(struct claims *claims, const struct in6_addr *address);

/* Whether it was seen in this period or the one before. */
bool claims_is_active(const struct claims *claims, const struct claims_entry *entry);

/* Whether it is a neighbour's address. *port: where it lives; CLAIMS_NOWHERE: not heard. */
bool claims_where(const struct claims *claims, const struct in6_addr *address, unsigned *port);

/* DHCP assigns the address to the port, wherever it was before. Only if held. */
void claims_give(struct claims *claims, unsigned port, const struct in6_addr *address,
		 uint32_t now);

/* Frees the addresses at a port whose guest is gone. */
void claims_forget(struct claims *claims, unsigned port);
