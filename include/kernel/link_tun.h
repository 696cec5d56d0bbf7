/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel tells about a TAP beyond what all devices have. Changes nothing. */
#pragma once

#include <stdbool.h>

#include "link.h"

enum { LINK_BRPORT_LOCKED = 39 }; /* IFLA_BRPORT_LOCKED, from the headers of Linux 5.18 */

struct link_tun {
	bool locked;   /* as a bridge port: passes only addresses that were entered */
	bool persists; /* it stays if nobody holds it */
	bool many;     /* multi-queue, so these are counted: */
	unsigned queues;
	unsigned disabled; /* additional ones: held, but not in use */
};

/* 0, or -errno: -EINVAL if it is not a TAP. */
int link_describe_tun(struct link *link, int index, struct link_tun *tun);

/* Whether someone holds the single-queue TAP with that name. */
bool link_tun_is_held(const char *name);
