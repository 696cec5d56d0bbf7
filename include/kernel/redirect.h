/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a device of ours receives becomes what another receives (tc-mirred(8)):
 * how frames that guests send to the host reach it by its own NIC. A queueing
 * discipline of our device, which goes with it; the other is not touched.
 */
#pragma once

struct link;

/*
 * Moves all that comes in at the device with index from to the receive side of
 * that with index to. Again for another: it takes the place of the last. 0, or
 * -errno: -EOPNOTSUPP where the kernel cannot.
 */
int redirect_set(struct link *link, int from, int to);
