/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Linux bridge over which instances with the same network identifier share an Ethernet. The
 * first one makes it, the last one out removes it; each has an undo log record for that. The host
 * takes no part in it: no address, no IPv6, and each instance has rules for that (ruleset.h).
 */
#pragma once

#include <net/if.h>
#include <stdint.h>

#include "undolog.h"
#include "link.h"
#include "mac.h"
#include "parse.h"

struct sharedbridge {
	uint8_t id[UUID_SIZE];
	char bridge[IF_NAMESIZE];
	uint8_t mac[MAC_SIZE]; /* of the bridge; does not depend on its ports */
};

/* Whether sharedbridge_join() would find the bridge's name free. 0, or -EEXIST. */
int sharedbridge_check(const struct sharedbridge *shared, struct undolog *undolog);

/*
 * Makes the device a port of the bridge, and first the bridge, down, if there is none; recorded
 * before. 0, or -errno: -EEXIST if a device with that name does not belong to one of our instances.
 */
int sharedbridge_join(const struct sharedbridge *shared, struct undolog *undolog, struct link *link,
		      const char *device);

/* Undoes sharedbridge_join(); the device may already be gone. */
void sharedbridge_leave(struct undolog *undolog);

/* Undoes a dead instance's record, and cancels it; false if this module cannot read it. */
bool sharedbridge_undo(struct undolog *undolog, const char *record);
