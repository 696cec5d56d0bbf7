/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * By which MAC address the host sees each port that is one guest's: that of the first frame which
 * came there, for as long as the guest is there. What the guest sends by IP from others, as those
 * nested in it do or as it pleases, reaches the host with that one as its sender. So the host's
 * rules, which count by MAC address and know no ports, count what one guest does; Linux looks at
 * that address for nothing else. ARP, and all that is not IP, keeps its sender, and so does what
 * goes from guest to guest.
 *
 * Where a port is isolated, the host sees of each sender another address, which begins with
 * MAC_APART: by that our rules know what may not come to another guest. The rest is a keyed hash of
 * the one that it would see otherwise, so that each guest still counts by itself. No single guest
 * has such an address of its own; behind a port of many, one only takes from itself what isolated
 * guests do not have.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bridge.h"
#include "siphash.h"

struct portmacs {
	struct siphash_key key;
	uint64_t n_made;		 /* addresses of our own making */
	uint64_t macs[BRIDGE_PORTS_MAX]; /* 0: nothing has come yet */
};

/* Takes a zeroed struct's place; nothing to finish. */
void portmacs_init(struct portmacs *portmacs, const struct siphash_key *key);

/* Whether the port has its address. */
bool portmacs_has_met(const struct portmacs *portmacs, unsigned port);

/*
 * A frame came from that MAC address, to a port that is one guest's. taken: the address is known
 * to live at another port. Then, or if another port has it, the port gets one of our making.
 */
void portmacs_meet(struct portmacs *portmacs, unsigned port, uint64_t mac, bool taken);

/*
 * Writes into n frames from a port (at most PORT_BATCH), where it belongs, its address if it was
 * met, or if it is apart what stands for that or for their own; undo writes back theirs.
 */
void portmacs_apply(const struct portmacs *portmacs, unsigned port, bool apart,
		    const struct frame *frames, unsigned n, uint64_t senders[PORT_BATCH]);
void portmacs_undo(const struct frame *frames, unsigned n, const uint64_t senders[PORT_BATCH]);

/* The port's guest is gone. */
void portmacs_forget(struct portmacs *portmacs, unsigned port);
