/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packet socket on a NIC that guests share with the host (packet(7)). The
 * NIC's addresses and routes are not touched; what the socket asks of the NIC,
 * to receive for other addresses than its own, ends with the socket.
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

/* Whether packet sockets can be opened at all. 0, or -errno. */
int nic_check(void);

/*
 * Opens a socket on the interface of that index that passes nothing but what is
 * for all, until nic_receive_for(). 0, or -errno.
 */
int nic_open(struct nic *nic, int index);

/* Closes it; it may be closed, and the worker has a descriptor of its own. */
void nic_close(struct nic *nic);

/*
 * Passes what is for these guests; n greater than MAC_LIST_MAX: for
 * any. 0, or -errno: the NIC may not receive for all of them.
 */
int nic_receive_for(struct nic *nic, const uint64_t *addresses, unsigned n);
