/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host process's part in mode bridged: our device at a bridge of the host's,
 * or beside a NIC of the host's, which is followed when it changes or goes.
 * Neither the bridge nor the NIC is set up in any way: what we ask of them is
 * tied to our device and our socket, and ends with these.
 */
#pragma once

#include "host_state.h"

/* Ties the device to the interface. 0, or -1 with host->problem; as the next. */
int host_bridged_up_device(struct host *host);

/* Opens the NIC for the worker, and follows the interface from now on. */
int host_bridged_up(struct host *host);
void host_bridged_down(struct host *host);

/* The NIC shall receive for guests with these addresses: REQUEST_ADDRESSES. */
void host_bridged_receive_for(struct host *host, const uint64_t *addresses, unsigned n);
