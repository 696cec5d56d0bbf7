/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel says of a TAP beyond what all devices have. Changes nothing. */
#pragma once

#include <stdbool.h>

#include "link.h"

enum { LINK_BRPORT_LOCKED = 39 }; /* IFLA_BRPORT_LOCKED, of the headers of Linux 5.18 */

struct link_tun {
	bool locked;   /* as a bridge's port: only addresses that are entered pass */
	bool persists; /* it stays when nobody holds it */
	bool many;     /* queues are counted: */
	unsigned queues;
	unsigned disabled; /* beside those: held, and not in use */
};

/* 0, or -errno: -EINVAL where it is no TAP. */
int link_describe_tun(struct link *link, int index, struct link_tun *tun);

/* Whether somebody holds the TAP of that name, which has one queue. */
bool link_tun_is_held(const char *name);
