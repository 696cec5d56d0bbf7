/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which client leases an address from our DHCP server, and at which port. The leases of each port
 * are limited, so that no guest can take them all. The server itself knows no ports and keeps a
 * lease until it expires, even if the guest is gone. So we release the leases of departed guests in
 * their name, oldest first, once there are more of them than one port may have: a guest that keeps
 * coming back with new addresses gets no more than two ports' worth.
 *
 * A lease is identified by the MAC address (DHCP; dnsmasq looks at nothing else here), or by DUID
 * and IAID (DHCPv6), which have at most one address.
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
	/* Leases that departed guests may keep, in total: as many as one port may have. */
	LESSEES_GONE_MIN = 64,
	LESSEES_GONE_MAX = LESSEES_MAX / 2,
	/*
	 * A second, from clients at a port that have no lease; or as many as the port may have
	 * leases, if that is more.
	 */
	LESSEES_QUESTIONS = 64,
	LESSEES_PATIENCE = 16, /* s for the server to answer; clients ask again after 4 to 16 s */
	LESSEES_NOWHERE = BRIDGE_PORTS_MAX, /* the port of a client that is gone */
};

enum lessees_verdict {
	LESSEES_PASS,
	LESSEES_FULL,	 /* the port has all the leases it may have */
	LESSEES_FOREIGN, /* it asks in another client's name */
	LESSEES_HIDDEN,	 /* it obscures what it asks for */
};

struct lessee {
	uint64_t hash;	  /* of the client's identity */
	uint32_t expires; /* s; 0: the entry is free */
	uint32_t gone;	  /* its number among the departed, or 0 */
	uint16_t port;	  /* or LESSEES_NOWHERE */
	bool ipv6;
	uint8_t mac[MAC_SIZE];
	struct dhcpmessage_lease lease; /* its address is unspecified until it has one */
	struct dhcpmessage_duid duid;
};

struct lessees {
	struct siphash_key key;
	unsigned max; /* leases per port */
	bool stay;    /* a client cannot move to another port while its own is still there */
	struct dhcpmessage_place place;
	/* Sends a frame to the server. */
	void (*send)(struct lessees *lessees, const struct frame *frame);
	/* A client got its address for the first time, or is about to lose it; or NULL. */
	void (*changed)(struct lessees *lessees, const struct lessee *lessee, bool added);
	struct dhcpmessage_duid server; /* of DHCPv6, as last seen */
	uint32_t n_gone;		/* clients that ever departed */
	uint32_t keeps;			/* departed clients that keep their lease */
	struct {
		uint32_t number;
		uint16_t slot;
	} gone[LESSEES_GONE_MAX];
	uint16_t held[BRIDGE_PORTS_MAX];
	uint32_t swept[BRIDGE_PORTS_MAX]; /* s */
	struct ratelimit questions[BRIDGE_PORTS_MAX];
	struct lessee entries[LESSEES_MAX];
};

/* Call it with a zeroed struct; there is nothing to finish. max: leases per port. */
void lessees_init(struct lessees *lessees, const struct siphash_key *key, unsigned max,
		  const struct dhcpmessage_place *place,
		  void (*send)(struct lessees *lessees, const struct frame *frame));

/*
 * Whether a guest at the port may send that to the server, at the time now (s). A release is also
 * repeated in the guest's name, to be sure that it arrives.
 */
enum lessees_verdict lessees_ask(struct lessees *lessees, unsigned port,
				 const struct dhcpmessage *message, uint32_t now);

/* An answer from the server. */
void lessees_answer(struct lessees *lessees, const struct dhcpmessage *message, uint32_t now);

/* The port's guest is gone. */
void lessees_forget(struct lessees *lessees, unsigned port, uint32_t now);
