/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * At which port each IP address is. A fixed table with two uses:
 *
 *	always		A port may bring only so many addresses within a minute: for each the
 *			host keeps a neighbour, of which its kernel has 1024 in a family, for all
 *			its networks and its own LAN (gc_thresh3).
 *	if held		What lives at one port cannot be said at another, until the port goes, or
 *			DHCP gives it away. It came there by DHCP, by a probe, or by being said
 *			first.
 *
 * A port can have many guests behind it, and each of them many addresses.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bridge.h"
#include "claim.h"
#include "ratelimit.h"
#include "siphash.h"

enum {
	CLAIMS_BITS = 14,
	CLAIMS_MAX = 1 << CLAIMS_BITS,
	/*
	 * Seconds; an address counts for one to two of them since it was last seen. The kernel
	 * gives up a neighbour only after 45 s without a word (base_reachable_time, and half of
	 * it at random), if it is full.
	 */
	CLAIMS_PERIOD = 32,
	CLAIMS_AGE = 300,    /* s without a word until a port's own newer ones take its room */
	CLAIMS_ACTIVE = 768, /* in a family, at all ports */
	/*
	 * Packets a second to neighbours that nobody has heard of, by way of the host, which looks
	 * for each of them for 3 s: 960 neighbours in all, of 1024.
	 */
	CLAIMS_SOUGHT = 64,
	CLAIMS_SOUGHT_PORT = 16,
	CLAIMS_HELD = CLAIMS_MAX / 4, /* so that a free slot is found near by */
	CLAIMS_EAGER = 3,     /* a port may have so many times what is left for the others ... */
	CLAIMS_SHARE_MIN = 8, /* ... and so many up to CLAIMS_ALL */
	CLAIMS_PREFIXES_MAX = 32,
	/* With those least shares; a few of 1024 are left for the host itself. */
	CLAIMS_ALL = 960,
	/*
	 * The port of what is active where nobody is any more: the host still has those neighbours,
	 * so whoever comes again and again, with new addresses each time, brings no more than one
	 * who stays.
	 */
	CLAIMS_NOWHERE = BRIDGE_PORTS_MAX,
};

enum claims_verdict {
	CLAIMS_PASS,
	CLAIMS_TAKEN, /* the address lives at another port */
	CLAIMS_FULL,  /* the port has brought too many */
};

struct claims_entry {
	struct in6_addr address;
	uint32_t seen;	 /* s */
	uint32_t period; /* when it was last counted; 0: the entry is free */
	uint16_t port;
	bool asked; /* nothing but a probe told of it */
	bool told;  /* the host process knows it (apart.h) */
};

/* Addresses that were seen in this period, and in the one before and not in this. */
struct claims_activity {
	uint16_t now;
	uint16_t before;
};

struct claims_port {
	struct ratelimit search;
	struct in6_addr last;		  /* what it may say in this period without another look */
	uint32_t period;		  /* that its counters are of */
	uint32_t swept;			  /* s */
	uint16_t n_held;		  /* entries */
	struct claims_activity active[2]; /* of IPv4, IPv6 */
};

struct claims_prefix {
	struct in6_addr address;
	unsigned bits;
};

struct claims {
	struct siphash_key key;
	bool held;
	uint32_t changes; /* of who is where */
	unsigned n_prefixes;
	struct claims_prefix prefixes[CLAIMS_PREFIXES_MAX]; /* where sources are neighbours */
	unsigned n_held;				    /* entries, at all ports */
	uint32_t period;
	struct claims_activity active[2]; /* at all ports */
	struct ratelimit search;
	struct claims_port ports[BRIDGE_PORTS_MAX + 1];
	struct claims_entry entries[CLAIMS_MAX];
};

/* Takes a zeroed struct's place; nothing to finish. held: see above. */
void claims_init(struct claims *claims, const struct siphash_key *key, bool held);

/*
 * Sources of packets from here are neighbours; link-local ones always are. Others are behind
 * one, which is no neighbour more. 0, or -ENOSPC.
 */
int claims_add_prefix(struct claims *claims, const struct in6_addr *address, unsigned bits);

/* Whether the port may say that, at the time now (s, CLOCK_MONOTONIC). */
enum claims_verdict claims_say(struct claims *claims, unsigned port, const struct claim *claim,
			       uint32_t now);

/*
 * Whether the port may have the host pass a packet on to that address, for which it would look if
 * nobody has been heard there of late. CLAIMS_PASS or CLAIMS_FULL.
 */
enum claims_verdict claims_seek(struct claims *claims, unsigned port,
				const struct in6_addr *address, uint32_t now);

/* Lists the addresses that live at a port, at most max of them. How many there are. */
unsigned claims_list(const struct claims *claims, unsigned port, struct in6_addr *addresses,
		     unsigned max, uint32_t now);

/* Where it is; NULL: nobody was heard there. Valid until the next change. */
struct claims_entry *claims_look(struct claims *claims, const struct in6_addr *address);

/* Whether it was seen in this period or the one before. */
bool claims_is_active(const struct claims *claims, const struct claims_entry *entry);

/*
 * Whether it is a neighbour's address. *port: where it lives; CLAIMS_NOWHERE: nobody was heard
 * there.
 */
bool claims_where(const struct claims *claims, const struct in6_addr *address, unsigned *port);

/* DHCP gives the address to the port, wherever it was. For held ones. */
void claims_give(struct claims *claims, unsigned port, const struct in6_addr *address,
		 uint32_t now);

/* Forgets that it is at a port whose guest is gone: it is anyone's. */
void claims_forget(struct claims *claims, unsigned port);
