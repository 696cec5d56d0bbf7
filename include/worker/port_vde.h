/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port at an endpoint that VDE's locators name. The opening, which touches
 * paths and may block, is a connector's (attach.h); here its result is used.
 */
#pragma once

#include <sys/un.h>

#include "attach.h"
#include "peer.h"
#include "port.h"
#include "refusal.h"

struct port_vde {
	struct attach attach;
	struct port port;
	struct peer peer;
	struct source listener; /* point to point, generation 2: where the peer connects */
	/* Point to point, generation 1: the peer's socket by its name, and itself (O_PATH; -1). */
	char path[ENDPOINT_PATH_MAX];
	int place;
	bool for_all;		  /* everybody could make one of that name */
	struct sockaddr_un other; /* the same, as the kernel takes it */
	struct timer look;	  /* for who is there */
	uint64_t lost;		  /* frames that nobody was there for, as they were last seen */
	struct refusals refusals;
};

/*
 * endpoint is kept by reference; set attach's connect and changed after it. Add
 * port to a bridge, then attach_start(). 0, or -errno.
 */
int port_vde_init(struct port_vde *vde, struct loop *loop, struct batch *batch,
		  struct outbox *outbox, struct queues *queues, const struct endpoint *endpoint);
void port_vde_finish(struct port_vde *vde);
