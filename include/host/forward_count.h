/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many connections each forward has carried: from outside and from guests, by the counters in
 * our rules; from the host itself, by the forwarder's requests. Not how many are open now: that
 * would mean walking the kernel's connection table, which takes up to a second on a busy host
 * (conntrack.h).
 */
#pragma once

#include "host_state.h"

/*
 * Fills in the counts of all forwards. Listing 4096 ports takes 30 ms, so it is done at most once a
 * second, however often clients ask.
 */
void forward_count(struct host *host);
