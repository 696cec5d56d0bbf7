/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host process's network in the kernel: the device with its settings, the
 * rules, the address, and forwarding that follows the default route. Steps of
 * host.c, in this order; each undoes what it did, also after it failed.
 */
#pragma once

#include "host_state.h"

/* Makes the device, down and without an address. 0, or -1 with host->problem; as all of these. */
int host_network_up_device(struct host *host);

/* Gives up the device, unless the worker has it: then it dies with that. */
void host_network_down_device(struct host *host);

/* Makes the device a port of the segment's bridge, still down. */
int host_network_up_segment(struct host *host);
void host_network_down_segment(struct host *host);

/* Whether its bridge's name is free, or ours. 0, or -1 with host->problem. */
int host_network_check_segment(struct host *host);

/* Opens nftables, and asks the kernel whether it would take our rules. 0, or -1 with host->problem.
 */
int host_network_up_nftables(struct host *host);

int host_network_up_nat(struct host *host);
void host_network_down_nat(struct host *host);

/* Sets the device up; after the rules, so that no packet passes without them. */
int host_network_up_address(struct host *host);

/* Follows routes: forwarding, other firewalls, and conflicts are looked at when they change. */
int host_network_up_watch(struct host *host);
void host_network_down_watch(struct host *host);

int host_network_up_forwarding(struct host *host);
void host_network_down_forwarding(struct host *host);

/* Room for bursts in the emulators' sockets; without it, a warning. */
int host_network_up_queue(struct host *host);
void host_network_down_queue(struct host *host);
