/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A segment: the Linux bridge by which the instances that name one network
 * identifier share an Ethernet. The first one makes it, the last one out removes
 * it; a journal record of each says that it may have to. The host has no part in
 * it: no address, no IPv6, and rules of each instance (ruleset.h).
 */
#pragma once

#include <net/if.h>
#include <stdint.h>

#include "journal.h"
#include "link.h"
#include "mac.h"
#include "parse.h"

struct segment {
	uint8_t id[UUID_SIZE];
	char bridge[IF_NAMESIZE];
	uint8_t mac[MAC_SIZE]; /* of the bridge, the same whatever its ports are */
};

/* Whether segment_join() would find the bridge's name taken. 0, or -EEXIST. */
int segment_check(const struct segment *segment, struct journal *journal);

/*
 * Makes the device a port of the segment's bridge, and the bridge, down, if
 * there is none; recorded before. 0, or -errno: -EEXIST when a device of that
 * name is no instance's.
 */
int segment_join(const struct segment *segment, struct journal *journal, struct link *link,
		 const char *device);

/* Lets go of what segment_join() did; the device may be gone by now. */
void segment_leave(struct journal *journal);

/*
 * Undoes a journal record of a dead instance, and cancels it; false when it is none that this
 * module can read.
 */
bool segment_undo(struct journal *journal, const char *record);
