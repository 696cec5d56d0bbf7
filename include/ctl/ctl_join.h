/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Joining a network as the user we are: the ways, and the descriptors that they give. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "mac.h"
#include "problem.h"

/* The faster, the further ahead. */
enum ctl_via {
	CTL_VIA_TAP,
	CTL_VIA_STREAM,
	CTL_VIA_SEQPACKET,
	CTL_VIA_VDE, /* by path: whoever opens it joins */
	CTL_VIAS,
};

enum { CTL_JOIN_FDS_MAX = 2, CTL_JOIN_NETDEV_MAX = 640 };

struct ctl_join {
	enum ctl_via via;
	const char *path; /* of the endpoint */
	unsigned n_fds;
	int fds[CTL_JOIN_FDS_MAX]; /* the TAP or socket; vhost-net's */
	uint8_t mac[MAC_SIZE];	   /* that the guest has to have, at a TAP; else that it can have */
};

/* "tap"; and back: CTL_VIAS where there is none of that name. */
const char *ctl_join_name(enum ctl_via via);
enum ctl_via ctl_join_find(const char *name);

/*
 * Connects to the stream or seqpacket socket at path, waiting at most limit, in ms. Who listens
 * there must be that user, unless it is -1. The descriptor, close-on-exec, or -errno: -ETIMEDOUT,
 * or -EKEYREJECTED for another user's.
 */
int ctl_join_connect(const char *path, int type, uid_t owner, int64_t limit);

/*
 * Joins by join->via at join->path and fills in the rest. mac: the guest's; NULL: any. vhost: with
 * vhost-net, where the host has it. 0, or -1 with *problem. The descriptors are close-on-exec, and
 * closed by ctl_join_leave().
 */
int ctl_join(struct ctl_join *join, const uint8_t *mac, bool vhost, uid_t owner, int64_t limit,
	     struct problem *problem);
void ctl_join_leave(struct ctl_join *join);

/* What QEMU's -netdev takes for it, without an id. "": nothing. Returns text. */
const char *ctl_join_netdev(const struct ctl_join *join, char text[CTL_JOIN_NETDEV_MAX]);
