/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network's device, a TAP or, with tap://, a bridge with a TAP as its first member, in two
 * steps: first created and configured, but down and without addresses; then, after the rules, with
 * its addresses and up.
 */
#pragma once

#include "host_state.h"

/* Creates the device, down and without addresses. 0, or -1 with host->problem. */
int host_device_up(struct host *host);

/* Deletes it. It is in the list of steps twice; the second call has nothing left to do. */
void host_device_down(struct host *host);

/*
 * Gives a network of our own its addresses and sets its device up: after the rules, so that no
 * packet passes without them. 0, or -1 with host->problem.
 */
int host_device_up_address(struct host *host);

/* Adds its settings to the watch. */
void host_device_watch(const struct host *host, struct filewatch *watch);

/*
 * Something changed, and link_refresh() was called: restores what is ours of the device. False: the
 * device is gone, and the network ends.
 */
bool host_device_follow(struct host *host);
