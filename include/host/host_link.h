/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our device as a link: that it has its name, MAC address and MTU, is up, has a carrier, and
 * belongs to no other device; if it is a bridge, the same of the worker's TAP, which is its member.
 * Whatever other software changes is restored.
 */
#pragma once

#include "host_state.h"

enum host_link_state {
	HOST_LINK_UP,
	HOST_LINK_MENDED, /* something was restored just now */
	HOST_LINK_DOWN,	  /* and left so */
	HOST_LINK_GONE,	  /* deleted, or in another network namespace: the network ends */
};

/*
 * Configures the worker's TAP as a port of our bridge; isolated: from other isolated ports. 0, or
 * -errno.
 */
int host_link_guard(struct link *link, const char *tap, bool isolated);

/* Checks the device; calls host_end() if the network cannot go on. */
enum host_link_state host_link_follow(struct host *host);
