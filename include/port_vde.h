/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port at an endpoint that VDE's locators name. The opening, which touches
 * paths and may block, is a connector's (a process of its own); here its result
 * is used, and asked for again when the peer is gone.
 */
#pragma once

#include "endpoint.h"
#include "peer.h"
#include "port.h"
#include "timer.h"

struct port_vde {
	struct port port;
	struct peer peer;
	struct source channel;	/* to the connector that opens for us */
	struct source listener; /* point to point, generation 2: where the peer connects */
	struct timer retry;
	struct loop *loop;
	const struct endpoint *endpoint;
	bool settled; /* it is known whether a peer is there: attached, listening or waiting */
	bool said;    /* that it is waited for */
	/* Asks for a connector; its channel comes by port_vde_set_channel(). */
	void (*connect)(struct port_vde *vde);
	/* settled became true; or, with error, it never can be opened (errno). */
	void (*changed)(struct port_vde *vde, int error);
};

/* endpoint is kept by reference. Add port.port to a bridge, then port_vde_start(). 0, or -errno. */
int port_vde_init(struct port_vde *vde, struct loop *loop, struct batch *batch,
		  const struct endpoint *endpoint, void (*connect)(struct port_vde *vde),
		  void (*changed)(struct port_vde *vde, int error));
void port_vde_finish(struct port_vde *vde);

/* Asks for the first connection. */
void port_vde_start(struct port_vde *vde);

/* Takes over the channel to a connector; -1: there was none to be had, asked again later. */
void port_vde_set_channel(struct port_vde *vde, int fd);
