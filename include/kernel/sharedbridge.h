/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Linux bridge by which the instances that name one network
 * identifier share an Ethernet. The first one makes it, the last one out removes
 * it; an undo log record of each says that it may have to. The host has no part in
 * it: no address, no IPv6, and rules of each instance (ruleset.h).
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
	uint8_t mac[MAC_SIZE]; /* of the bridge, the same whatever its ports are */
};

/* Whether sharedbridge_join() would find the bridge's name taken. 0, or -EEXIST. */
int sharedbridge_check(const struct sharedbridge *shared, struct undolog *undolog);

/*
 * Makes the device a port of the bridge, and the bridge, down, if
 * there is none; recorded before. 0, or -errno: -EEXIST when a device of that
 * name is no instance's.
 */
int sharedbridge_join(const struct sharedbridge *shared, struct undolog *undolog, struct link *link,
		      const char *device);

/* Lets go of what sharedbridge_join() did; the device may be gone by now. */
void sharedbridge_leave(struct undolog *undolog);

/*
 * Undoes an undo log record of a dead instance, and cancels it; false when it is none that this
 * module can read.
 */
bool sharedbridge_undo(struct undolog *undolog, const char *record);
