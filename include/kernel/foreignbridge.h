/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bridge that others use, too, as seen by a TAP that joins it. */
#pragma once

#include <stdint.h>

#include "link.h"
#include "mac.h"

/*
 * The VLAN that its new ports get, untagged; 0 if it does not filter VLANs. -ENODATA if it does but
 * new ports get no VLAN: then nothing passes there.
 */
int foreignbridge_vlan(const char *bridge);

/*
 * Where the bridge's table has an address in that VLAN (0: none): the index of the port, or of the
 * bridge itself; 0: nowhere.
 */
int foreignbridge_find(struct link *link, int bridge, const uint8_t mac[MAC_SIZE], int vlan);
