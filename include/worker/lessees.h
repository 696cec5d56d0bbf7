/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who leases an address from our DHCP server, and at which port. A port may have so many leases
 * at once, so that no guest takes all that there are. The server itself knows no ports: it keeps a
 * lease until its end, also of a guest that is gone. So those of ports that are gone are given back
 * in their name, the oldest first, when there are more than one port may have: whoever comes again
 * and again with new addresses has as many as two ports.
 *
 * A lease is known by the MAC address (DHCP; dnsmasq does not look at more here), or by DUID and
 * IAID (DHCPv6), which have one address at most.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bridge.h"
#include "dhcpmessage.h"
#include "ratelimit.h"
#include "siphash.h"

enum {
	LESSEES_BITS = 13,
	LESSEES_MAX = 1 << LESSEES_BITS,
	/* Leases that guests who are gone may keep, all together: as many as a port may have. */
	LESSEES_GONE_MIN = 64,
	LESSEES_GONE_MAX = LESSEES_MAX / 2,
	/* A second, of those at a port who have no lease; as many as it may have, if these are
	   more. */
	LESSEES_QUESTIONS = 64,
	LESSEES_PATIENCE = 16, /* s for the server's answer; clients ask again after 4 to 16 */
	LESSEES_NOWHERE = BRIDGE_PORTS_MAX, /* the port of one who is gone */
};

enum lessees_verdict {
	LESSEES_PASS,
	LESSEES_FULL,	 /* the port has all that it may have */
	LESSEES_FOREIGN, /* it asks in another's name */
	LESSEES_HIDDEN,	 /* it hides what it asks for */
};

struct lessee {
	uint64_t hash;	  /* of who it is */
	uint32_t expires; /* s; 0: the entry is free */
	uint32_t gone;	  /* its number among those that are, or 0 */
	uint16_t port;	  /* or LESSEES_NOWHERE */
	bool ipv6;
	uint8_t mac[MAC_SIZE];
	struct dhcpmessage_lease lease; /* its address: any until it has one */
	struct dhcpmessage_duid duid;
};

struct lessees {
	struct siphash_key key;
	unsigned max; /* leases of a port */
	bool stay;    /* nobody moves to another port while his own is there */
	struct dhcpmessage_place place;
	/* Sends a frame to the server. */
	void (*send)(struct lessees *lessees, const struct frame *frame);
	/* One has its address for the first time, or is about to lose it; or NULL. */
	void (*changed)(struct lessees *lessees, const struct lessee *lessee, bool added);
	struct dhcpmessage_duid server; /* of DHCPv6, as it said last */
	uint32_t n_gone;		/* that ever were */
	uint32_t keeps;			/* of them */
	struct {
		uint32_t number;
		uint16_t slot;
	} gone[LESSEES_GONE_MAX];
	uint16_t held[BRIDGE_PORTS_MAX];
	uint32_t swept[BRIDGE_PORTS_MAX]; /* s */
	struct ratelimit questions[BRIDGE_PORTS_MAX];
	struct lessee entries[LESSEES_MAX];
};

/* Takes a zeroed struct's place; nothing to finish. max is of one port. */
void lessees_init(struct lessees *lessees, const struct siphash_key *key, unsigned max,
		  const struct dhcpmessage_place *place,
		  void (*send)(struct lessees *lessees, const struct frame *frame));

/*
 * Whether a guest at the port may say that to the server, at the time now (s). What it gives back
 * is given back in its name, too, so that it is certain.
 */
enum lessees_verdict lessees_ask(struct lessees *lessees, unsigned port,
				 const struct dhcpmessage *message, uint32_t now);

/* The server answers. */
void lessees_answer(struct lessees *lessees, const struct dhcpmessage *message, uint32_t now);

/* The guest of a port is gone. */
void lessees_forget(struct lessees *lessees, unsigned port, uint32_t now);
