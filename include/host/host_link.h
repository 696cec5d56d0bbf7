/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our device as a link: its name, MAC address, MTU, that it is up, has a carrier, and belongs to
 * no other device; where it is a bridge, the same of the worker's TAP, which belongs to it. What
 * other software changes of that is put back.
 */
#pragma once

#include "host_state.h"

enum host_link_state {
	HOST_LINK_UP,
	HOST_LINK_MENDED, /* something was put back just now */
	HOST_LINK_DOWN,	  /* and is left so */
	HOST_LINK_GONE,	  /* deleted, or in another network namespace: the network ends */
};

/* How the worker's TAP is a port of our bridge; isolated: from other ports that are. 0, or -errno.
 */
int host_link_guard(struct link *link, const char *tap, bool isolated);

/* Looks at the device; calls host_end() where the network cannot go on. */
enum host_link_state host_link_follow(struct host *host);
