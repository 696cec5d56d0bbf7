/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits how much of the host's memory for fragments guests can fill. The kernel reassembles
 * datagrams before any rule sees them, and keeps the fragments of unfinished ones for 30 s (IPv4)
 * or 60 s (IPv6), at most 4 MiB per family for the whole host. Without a limit, one guest that
 * begins 2000 datagrams stops fragments for the host and its LAN.
 *
 * A rate limit would have to be 60 fragments a second, which breaks any tunnel without path MTU
 * discovery. So we count what is unfinished; fragments of finished datagrams are free. Pure, of
 * fixed size.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"
#include "layers.h"
#include "siphash.h"

enum {
	FRAGMENTS_DATAGRAMS = 512,  /* unfinished, per family */
	FRAGMENTS_BUDGET = 1 << 20, /* bytes per family: a quarter of what the host has */
	/*
	 * A port may hold as much as all ports together leave free: this much when alone (four
	 * datagrams of 64 KiB, with the kernel's overhead), half of it beside another that holds
	 * that. No two ports together can leave nothing for a third.
	 */
	FRAGMENTS_PORT_BUDGET = FRAGMENTS_BUDGET / 2,
	/*
	 * Fragments left by a departed guest count for the next one at its port by this divisor.
	 * After a guest that held all it could, the next may still begin two datagrams of 64 KiB. A
	 * guest that keeps coming back gets at most two thirds of the budget; the rest is for the
	 * others.
	 */
	FRAGMENTS_LEFT = 2,
	FRAGMENTS_FAMILIES = 2,
};

enum fragments_verdict {
	FRAGMENTS_PASS, /* not a fragment, or allowed */
	FRAGMENTS_BAD,	/* no receiver accepts it */
	FRAGMENTS_FULL, /* no room for it */
};

struct fragments_datagram {
	uint64_t id;	/* from addresses, protocol and identification; 0: a free slot */
	uint32_t port;	/* its owner: the port that sent its last fragment */
	bool left;	/* the guest is gone; the kernel still has the fragments */
	uint32_t held;	/* bytes of memory */
	uint32_t next;	/* offset of the next fragment if none is missing */
	uint32_t began; /* s */
};

struct fragments_family {
	uint32_t held; /* bytes of all datagrams */
	struct fragments_datagram datagrams[FRAGMENTS_DATAGRAMS];
};

struct fragments {
	struct siphash_key key; /* keeps guests from forging collisions */
	struct fragments_family families[FRAGMENTS_FAMILIES];
};

void fragments_init(struct fragments *fragments, const struct siphash_key *key);

/*
 * Judges and counts a whole frame that the host may reassemble, from a guest at a port, at the time
 * now (s).
 */
enum fragments_verdict fragments_judge(struct fragments *fragments, uint32_t port,
				       const struct layers_dissected *packet, uint32_t now);

/* The guest at the port is gone. */
void fragments_forget(struct fragments *fragments, uint32_t port);
