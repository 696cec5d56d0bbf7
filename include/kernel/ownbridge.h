/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bridge that is a network's device if TAPs are members of it. Unlike a TAP, it outlives us. So
 * it is recorded before it is made: by name and MAC address, which no other bridge has. As soon as
 * it has our alias, it is recorded like every other device of ours (device.h), which deletes it at
 * the end.
 */
#pragma once

#include <stdint.h>

#include "link.h"
#include "mac.h"
#include "undolog.h"

/* Makes it, down, with that MAC address and MTU (bytes). 0, or -errno, and then there is none. */
int ownbridge_make(struct undolog *undolog, struct link *link, const char *name,
		   const uint8_t mac[MAC_SIZE], unsigned mtu);

/*
 * Undoes the record of an instance that was killed while making one, and cancels it; false if this
 * module cannot read it.
 */
bool ownbridge_undo(struct undolog *undolog, const char *record);
