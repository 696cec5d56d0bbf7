/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the packet socket on a NIC passes to the worker, as a classic BPF program (socket(7),
 * SO_ATTACH_FILTER; linux/filter.h). Without it, everything the host itself sends would be copied.
 * It also keeps the worker, which holds the socket, from seeing what others send to the host. A
 * pure function.
 */
#pragma once

#include <linux/filter.h>
#include <stdint.h>

#include "mac.h"

enum {
	NICFILTER_MAX = 32 + 5 * MAC_LIST_MAX, /* instructions */
};

/*
 * Makes the program for guests with these n addresses behind the interface with that index; n
 * greater than MAC_LIST_MAX: for any address. It passes broadcast and multicast, frames to a guest
 * from the wire or the host, and ARP and neighbour discovery, which may answer a guest that is not
 * listed yet. It never passes what the host receives as its own (PACKET_HOST). Returns the number
 * of instructions.
 */
unsigned nicfilter_make(struct sock_filter program[NICFILTER_MAX], int index,
			const uint64_t *addresses, unsigned n);
