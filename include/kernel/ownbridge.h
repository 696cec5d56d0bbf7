/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bridge that is a network's device where TAPs are members of it. Unlike a TAP it outlives us,
 * so it is recorded before it is made: by its name and MAC address, which no other bridge has, and
 * as soon as it has our alias as every device of ours (device.h), which deletes it at the end.
 */
#pragma once

#include <stdint.h>

#include "link.h"
#include "mac.h"
#include "undolog.h"

/* Makes it, down, with that MAC address and MTU (bytes). 0, or -errno: then there is none. */
int ownbridge_make(struct undolog *undolog, struct link *link, const char *name,
		   const uint8_t mac[MAC_SIZE], unsigned mtu);

/*
 * Undoes the record of an instance that was killed while it made one, and cancels it; false when it
 * is none that this module can read.
 */
bool ownbridge_undo(struct undolog *undolog, const char *record);
