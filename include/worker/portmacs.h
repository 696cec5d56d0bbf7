/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The MAC address by which the host sees each port with a single guest: that of the first frame
 * from the port, for as long as the guest is there. IP packets that the guest sends from other
 * addresses, for nested guests or at will, reach the host with this one as their sender. So the
 * host's rules, which count by MAC address and know no ports, count what one guest does; Linux uses
 * that address for nothing else. ARP and other non-IP frames keep their sender, and so does traffic
 * between guests.
 *
 * For an isolated port, the host sees a different address for each sender, one that begins with
 * MAC_APART; that tells our rules what may not reach another guest. The rest is a keyed hash of the
 * address the host would see otherwise, so that each guest still counts separately. No single guest
 * can have such an address of its own. Behind a port with many guests one can, but only loses what
 * isolated guests do not have.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bridge.h"
#include "siphash.h"

struct portmacs {
	struct siphash_key key;
	uint64_t n_made;		 /* addresses that we made up */
	uint64_t macs[BRIDGE_PORTS_MAX]; /* 0: nothing received yet */
};

/* Call it with a zeroed struct; there is nothing to finish. */
void portmacs_init(struct portmacs *portmacs, const struct siphash_key *key);

/* Whether the port has its address. */
bool portmacs_has_met(const struct portmacs *portmacs, unsigned port);

/*
 * A frame came from that MAC address at a port with a single guest. taken: the address is known to
 * live at another port. In that case, or if another port uses it as its address, the port gets one
 * that we make up.
 */
void portmacs_meet(struct portmacs *portmacs, unsigned port, uint64_t mac, bool taken);

/*
 * Rewrites the senders of n frames from a port (at most PORT_BATCH) where needed: to the port's
 * address if it has one, or, if it is apart, to the hash of that or of the sender's own. undo
 * restores them.
 */
void portmacs_apply(const struct portmacs *portmacs, unsigned port, bool apart,
		    const struct frame *frames, unsigned n, uint64_t senders[PORT_BATCH]);
void portmacs_undo(const struct frame *frames, unsigned n, const uint64_t senders[PORT_BATCH]);

/* The port's guest is gone. */
void portmacs_forget(struct portmacs *portmacs, unsigned port);
