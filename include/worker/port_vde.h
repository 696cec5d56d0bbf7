/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port at an endpoint with one of VDE's locators. A connector opens it, since that touches paths
 * and may block (attach.h); this uses the result.
 */
#pragma once

#include <sys/un.h>

#include "attach.h"
#include "door.h"
#include "peer.h"
#include "port.h"
#include "refusal.h"

struct port_vde {
	struct attach attach;
	struct port port;
	struct peer peer;
	struct door door; /* point to point, generation 2: where the peer connects */
	/*
	 * Point to point, generation 1: the path of the peer's socket, and the socket (O_PATH; -1).
	 */
	char path[ENDPOINT_PATH_MAX];
	int place;
	bool for_all;		  /* anyone could create a socket at that path */
	struct sockaddr_un other; /* the same path, as a socket address */
	struct timer look;	  /* for looking for the peer */
	uint64_t lost;		  /* frames dropped with no peer there, at the last look */
	struct refusals refusals;
};

/*
 * Keeps a reference to endpoint; set attach's connect and changed afterwards. Add port to a bridge,
 * then call attach_start(). 0, or -errno.
 */
int port_vde_init(struct port_vde *vde, struct loop *loop, struct batch *batch,
		  struct outbox *outbox, struct queues *queues, const struct endpoint *endpoint);
void port_vde_finish(struct port_vde *vde);
