/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the guests of forwards: by address, by reservation, or by lease. */
#pragma once

#include "host_state.h"

/*
 * Fills in where each forward will lead (next_active, next). A reserved address is the guest's even
 * before it comes. A guest known only by its MAC address is looked up in the lease file.
 */
void forward_guests_find(const struct plan *plan, const struct dhcp *dhcp,
			 struct host_forward *list, unsigned n);
