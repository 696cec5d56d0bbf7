/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host process's part in mode bridged: our device on a bridge of the host's, or beside a NIC of
 * the host's, and what to do when that changes or goes away. Neither the bridge nor the NIC is
 * reconfigured: all we ask of them is tied to our device and our socket, and ends with these.
 */
#pragma once

#include "host_state.h"

/* Ties the device to the interface. 0, or -1 with host->problem; so does the next. */
int host_bridged_up_device(struct host *host);

/* Opens the NIC for the worker, and watches the interface from now on. */
int host_bridged_up(struct host *host);
void host_bridged_down(struct host *host);

/* Makes the NIC receive for guests with these addresses (REQUEST_ADDRESSES). */
void host_bridged_receive_for(struct host *host, const uint64_t *addresses, unsigned n);
