/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packet socket on a NIC that guests share with the host (packet(7)). The NIC's addresses and
 * routes are not changed. What the socket asks of the NIC, to receive for further addresses, ends
 * with the socket.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mac.h"

struct nic {
	int fd; /* -1: closed */
	int index;
	bool any;   /* receives for any address: promiscuous */
	unsigned n; /* addresses it receives for */
	uint64_t addresses[MAC_LIST_MAX];
};

/* Whether packet sockets can be opened. 0, or -errno. */
int nic_check(void);

/*
 * Opens a socket on the interface with that index that only passes broadcast and multicast, until
 * nic_receive_for(). 0, or -errno.
 */
int nic_open(struct nic *nic, int index);

/* Closes it, if open; the worker has its own descriptor. */
void nic_close(struct nic *nic);

/*
 * Passes frames for these guests; n greater than MAC_LIST_MAX: for any. 0, or -errno: the NIC may
 * not receive for all of them.
 */
int nic_receive_for(struct nic *nic, const uint64_t *addresses, unsigned n);
