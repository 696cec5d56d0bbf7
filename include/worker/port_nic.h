/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The uplink of mode bridged: a NIC of the host that guests share with it, through a packet socket
 * that leaves the NIC as it is. It consists of two ports:
 *
 *	wire	frames from and to the LAN
 *	host	frames that the host sends through this NIC, and frames for the host, which
 *		go into a TAP device; from there the kernel moves them to the NIC's receive
 *		side (redirect.h)
 *
 * The bridge learns who is on which side: guests' frames for the host never go out on the wire, and
 * those for the LAN do not go to the host. Between the two ports the kernel itself passes frames.
 */
#pragma once

#include "mac.h"
#include "timer.h"
#include "uplink.h"

enum {
	/* Updates a second to the kernel about new addresses: a guest could make them up. */
	PORT_NIC_TELLS = 20,
	PORT_NIC_LATER = 1000, /* ms until it gets the updates beyond that */
};

struct port_nic {
	struct port wire;
	struct port host;
	struct source socket; /* packet socket; -1 while the NIC is gone */
	struct source inject; /* TAP device; -1 until it is there */
	struct loop *loop;
	struct uplink uplink;
	bool outgoing[PORT_BATCH];    /* of the frames read: those sent by the host */
	uint8_t nic_mac[MAC_SIZE];    /* destination that the host's NIC receives */
	uint8_t inject_mac[MAC_SIZE]; /* source address that the kernel redirects to the host */
	unsigned told;		      /* bridge->changes at the last update */
	unsigned n_tells;	      /* updates in this second */
	uint32_t second;
	struct timer later;
	/* Guests have these n addresses, or more than MAC_LIST_MAX. 0, or -errno: try later. */
	int (*addresses)(struct port_nic *nic, const uint64_t *macs, unsigned n);
	void (*gone)(struct port_nic *nic); /* someone removed the TAP device */
};

/*
 * Makes the ports, without a NIC and without the TAP device, which will have the address mac. Add
 * wire and host to a bridge next. 0, or -errno.
 */
int port_nic_init(struct port_nic *nic, struct loop *loop, struct pool *pool, const char *device,
		  const uint8_t mac[MAC_SIZE], bool joins_udp);
void port_nic_finish(struct port_nic *nic);

/* Takes over the descriptor of the TAP device (tap_open()), also on failure. 0, or -errno. */
int port_nic_attach_inject(struct port_nic *nic, int fd);

/*
 * Takes over the packet socket (nic_open()) of the NIC and replaces the last one; -1: there is
 * none. 0, or -errno, and then there is none.
 */
int port_nic_attach(struct port_nic *nic, int socket);
