/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The uplink of mode bridged: a NIC of the host that guests share with it, by a
 * packet socket that leaves the NIC as it is. It is two ports:
 *
 *	wire	what comes from the LAN, and goes there
 *	host	what the host sends by this NIC, and what it shall receive by it,
 *		which goes into a TAP device from where the kernel moves it to the
 *		NIC's receive side (redirect.h)
 *
 * The bridge learns who is on which side: guests' frames for the host never
 * leave by the wire, those for the LAN are not given to the host. Between the
 * two the kernel passes frames itself.
 */
#pragma once

#include "mac.h"
#include "timer.h"
#include "uplink.h"

enum {
	/* Times a second that it may hear of new ones: a guest could make them up. */
	PORT_NIC_TELLS = 20,
	PORT_NIC_LATER = 1000, /* ms until it hears of those that were too many */
};

struct port_nic {
	struct port wire;
	struct port host;
	struct source socket; /* packet socket; -1 while the NIC is gone */
	struct source inject; /* TAP device; -1 before it is there */
	struct loop *loop;
	struct uplink uplink;
	bool outgoing[PORT_BATCH];    /* of the frames read: sent by the host */
	uint8_t nic_mac[MAC_SIZE];    /* of who reads what is sent to the host */
	uint8_t inject_mac[MAC_SIZE]; /* the kernel takes for the host what has this */
	unsigned told;		      /* bridge->changes when the kernel was told */
	unsigned n_tells;	      /* in this second */
	uint32_t second;
	struct timer later;
	/* Guests have these n addresses, or more than MAC_LIST_MAX. */
	void (*addresses)(struct port_nic *nic, const uint64_t *macs, unsigned n);
	void (*gone)(struct port_nic *nic); /* the TAP device was removed by someone */
};

/*
 * Makes the ports, without a NIC and without the TAP device yet, which has the address
 * mac. Add wire and host to a bridge next. 0, or -errno.
 */
int port_nic_init(struct port_nic *nic, struct loop *loop, struct pool *pool, const char *device,
		  const uint8_t mac[MAC_SIZE], bool joins_udp);
void port_nic_finish(struct port_nic *nic);

/*
 * Takes the descriptor of the TAP device (tap_open(); owned from now on, also after a
 * failure). 0, or -errno.
 */
int port_nic_attach_inject(struct port_nic *nic, int fd);

/*
 * Takes the packet socket (nic_open(); owned from now on) of the NIC in the place
 * of the last; -1: there is none. 0, or -errno and there is none.
 */
int port_nic_attach(struct port_nic *nic, int socket);
