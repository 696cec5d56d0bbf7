/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides which of the guests' frames may pass, for the bridge. It combines:
 *
 *	guard		no guest poses as the gateway
 *	claims		no guest uses more addresses than the host can track or, where guests
 *			are isolated, an address that belongs to another
 *	lessees		no guest takes all the leases
 *	fragments	no guest fills the host's memory with fragments
 *	portmacs	the MAC address under which the host sees each guest
 */
#pragma once

#include "bridge.h"
#include "claims.h"
#include "fragments.h"
#include "guard.h"
#include "lessees.h"
#include "portmacs.h"
#include "prefix.h"
#include "segments.h"
#include "siphash.h"

struct apart;

struct admission {
	struct bridge_filter filter;
	struct guard guard;
	bool guarded;		 /* there is a gateway, which no guest may pose as */
	bool isolated;		 /* and an address stays at the port where it was first seen */
	bool bridged;		 /* the uplink is a member of one of the host's bridges */
	unsigned leases;	 /* that a port may have from our DHCP server; 0: no server */
	struct port *uplink;	 /* leads to that server */
	struct apart *apart;	 /* gets the addresses of isolated ports; or NULL */
	unsigned n_own_prefixes; /* of the claims; admission_set_prefixes() adds more */
	struct claims claims;
	struct lessees lessees;
	struct fragments fragments;
	struct portmacs portmacs;
	struct segments segments; /* learns here, where every guest frame is parsed */
};

/*
 * Call it with guard, guarded, isolated, bridged, leases and uplink set, and the rest zeroed.
 * subnet: the gateway's prefix length, if there is a gateway.
 */
void admission_init(struct admission *admission, const struct siphash_key *key, unsigned subnet);

/* The networks that the host reaches by our device without a router: its neighbours are there. */
void admission_set_prefixes(struct admission *admission, const struct prefix *prefixes, unsigned n);
