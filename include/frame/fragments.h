/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much of the host's memory for fragments guests hold. The kernel puts the fragments of a
 * datagram together before any rule sees it, and keeps those of unfinished datagrams for 30 s
 * (IPv4) or 60 s (IPv6), at most 4 MiB of each family for all of the host. Without a bound, one
 * guest that begins 2000 datagrams takes fragments from the host and its LAN.
 *
 * A limit of rate would have to be 60 fragments a second, which cuts off any tunnel without path
 * MTU discovery; so here is counted what is unfinished, and fragments of finished datagrams are
 * free. Pure, of fixed size.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"
#include "layers.h"
#include "siphash.h"

enum {
	FRAGMENTS_DATAGRAMS = 512,  /* that are unfinished, of each family */
	FRAGMENTS_BUDGET = 1 << 20, /* bytes of each family: a quarter of what the host has */
	/*
	 * A port may hold as much as all leave, so this alone, which is four datagrams of 64 KiB;
	 * half of it beside one who holds that. No two in league leave nothing to a third.
	 */
	FRAGMENTS_PORT_BUDGET = FRAGMENTS_BUDGET / 2,
	/*
	 * What a guest left unfinished counts for the next at its port by this part: after one that
	 * held all it could, the next may still begin two datagrams of 64 KiB, and whoever comes
	 * again and again comes to two thirds of the budget, of which the others have the rest.
	 */
	FRAGMENTS_LEFT = 2,
	FRAGMENTS_FAMILIES = 2,
};

enum fragments_verdict {
	FRAGMENTS_PASS, /* is none, or may */
	FRAGMENTS_BAD,	/* no receiver takes it */
	FRAGMENTS_FULL, /* there is no room for it */
};

struct fragments_datagram {
	uint64_t id;	/* of addresses, protocol and identification; 0: a free place */
	uint32_t port;	/* whose it is: who sent the last of its fragments */
	bool left;	/* that guest is gone; the kernel still has it */
	uint32_t held;	/* bytes of memory */
	uint32_t next;	/* offset that the next fragment has if none is missing */
	uint32_t began; /* s */
};

struct fragments_family {
	uint32_t held; /* bytes of all datagrams */
	struct fragments_datagram datagrams[FRAGMENTS_DATAGRAMS];
};

struct fragments {
	struct siphash_key key; /* nobody makes two datagrams look like one */
	struct fragments_family families[FRAGMENTS_FAMILIES];
};

void fragments_init(struct fragments *fragments, const struct siphash_key *key);

/* Judges a whole frame to the host, from a guest at a port, at now (s); and counts it. */
enum fragments_verdict fragments_judge(struct fragments *fragments, uint32_t port,
				       const struct layers_dissected *packet, uint32_t now);

/* The guest at the port is gone. */
void fragments_forget(struct fragments *fragments, uint32_t port);
