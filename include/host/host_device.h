/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network's device, a TAP or, where there is tap://, a bridge with a TAP as its first member,
 * as steps: made and set, but down and without an address; and then, after the rules, with its
 * addresses and up.
 */
#pragma once

#include "host_state.h"

/* Makes the device, down and without an address. 0, or -1 with host->problem. */
int host_device_up(struct host *host);

/* Deletes it. Comes twice in the list of steps; the second time there is nothing left to do. */
void host_device_down(struct host *host);

/*
 * Gives a network of our own its addresses and sets its device up: after the rules, so that no
 * packet passes without them. 0, or -1 with host->problem.
 */
int host_device_up_address(struct host *host);

/* Watches its settings. */
void host_device_watch(const struct host *host, struct filewatch *watch);

/*
 * Something changed, and link_refresh() was called: what of the device is ours is put back. False:
 * there is no device any more, and the network ends.
 */
bool host_device_follow(struct host *host);
