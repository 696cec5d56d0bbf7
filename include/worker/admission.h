/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What guests' frames must be to pass: all that the bridge asks for is put together here. The
 * guard: nobody plays the gateway. The claims: nobody brings more addresses than the host can
 * bear, nor, where guests are isolated, another's. The lessees: nobody takes all leases. The
 * fragments: nobody takes the host's memory for them. And how the host sees who sends them
 * (portmacs.h).
 */
#pragma once

#include "bridge.h"
#include "claims.h"
#include "fragments.h"
#include "guard.h"
#include "lessees.h"
#include "portmacs.h"
#include "segments.h"
#include "siphash.h"

struct apart;

struct admission {
	struct bridge_filter filter;
	struct guard guard;
	bool guarded;		 /* there is a gateway, which guests shall not play */
	bool isolated;		 /* and what lives at one port stays there */
	unsigned leases;	 /* that a port may have of our DHCP server; 0: there is none */
	struct port *uplink;	 /* to the server */
	struct apart *apart;	 /* is told of isolated ports' addresses; or NULL */
	unsigned n_own_prefixes; /* of the claims: those that are not of others */
	struct claims claims;
	struct lessees lessees;
	struct fragments fragments;
	struct portmacs portmacs;
	struct segments segments; /* fed here, where all that guests say is read */
};

/*
 * Takes an object whose guard, guarded, isolated, leases and uplink are set, and which is zeroed
 * otherwise. subnet: bits of the gateway's, where there is one.
 */
void admission_init(struct admission *admission, const struct siphash_key *key, unsigned subnet);

/*
 * Which addresses root gave our device (guard.h): no guest has one, and whoever has one of the same
 * IPv6 prefix is a neighbour. Sources of a second IPv4 subnet, whose size nobody tells here, are
 * known as neighbours by their ARP.
 */
void admission_set_others(struct admission *admission, const struct in6_addr *addresses,
			  unsigned n);
