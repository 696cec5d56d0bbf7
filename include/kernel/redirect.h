/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes what a device of ours receives arrive at another device (tc-mirred(8)). This is how frames
 * from guests to the host reach it by its own NIC. It is a queueing discipline of our device, and
 * goes with it; the other device is not touched.
 */
#pragma once

struct link;

/*
 * Moves everything that comes in at the device with index from to the receive side of the one with
 * index to. A later call replaces the target. 0, or -errno: -EOPNOTSUPP if the kernel cannot.
 */
int redirect_set(struct link *link, int from, int to);
