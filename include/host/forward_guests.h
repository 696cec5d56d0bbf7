/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the guests of forwards are: by their address, a reservation, or a lease. */
#pragma once

#include "host_state.h"

/*
 * Fills in where each forward leads from now on (next_active, next). A reserved address is the
 * guest's whether it has come or not; of a guest that is known by its MAC address alone, the lease
 * file tells.
 */
void forward_guests_find(const struct plan *plan, const struct dhcp *dhcp,
			 struct host_forward *list, unsigned n);
