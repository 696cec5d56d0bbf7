/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bridge that others are on, too, as a TAP that joins it finds it. */
#pragma once

#include <stdint.h>

#include "link.h"
#include "mac.h"

/*
 * The VLAN that a new port of it gets, untagged; 0 where it does not ask for VLANs. -ENODATA where
 * it does, and leaves the VLAN of new ports open: then nothing passes there.
 */
int foreignbridge_vlan(const char *bridge);

/*
 * Where the bridge's table has an address, in that VLAN (0: in none): the index of the port, or of
 * the bridge itself; 0: nowhere.
 */
int foreignbridge_find(struct link *link, int bridge, const uint8_t mac[MAC_SIZE], int vlan);
