/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Joining a network as the current user: the ways, and the descriptors from each. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "mac.h"
#include "problem.h"

/* Fastest first. */
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
	uint8_t mac[MAC_SIZE];	   /* the guest's, required for a TAP; else a suggestion */
};

/* "tap" etc.; and the inverse, CTL_VIAS if there is none of that name. */
const char *ctl_join_name(enum ctl_via via);
enum ctl_via ctl_join_find(const char *name);

/*
 * Connects to the stream or seqpacket socket at path, waiting at most limit ms. The listener must
 * run as owner, unless that is -1. Returns the descriptor, close-on-exec, or -errno: -ETIMEDOUT;
 * -EKEYREJECTED: another user's.
 */
int ctl_join_connect(const char *path, int type, uid_t owner, int64_t limit);

/*
 * Joins by join->via at join->path and fills in the rest. mac: the guest's; NULL: any. vhost: with
 * vhost-net, if the host has it. 0, or -1 with *problem. The descriptors are close-on-exec;
 * ctl_join_leave() closes them.
 */
int ctl_join(struct ctl_join *join, const uint8_t *mac, bool vhost, uid_t owner, int64_t limit,
	     struct problem *problem);
void ctl_join_leave(struct ctl_join *join);

/* Formats the QEMU -netdev for it, without an id; "": not possible. Returns text. */
const char *ctl_join_netdev(const struct ctl_join *join, char text[CTL_JOIN_NETDEV_MAX]);
