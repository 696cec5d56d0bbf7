/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many connections a forward has led: from outside and from guests by the counters in our
 * rules, from the host itself as the forwarder asked for them. Not how many there are now: for that
 * the kernel's table of connections would be walked, which on a busy host takes up to a second
 * (conntrack.h).
 */
#pragma once

#include "host_state.h"

/*
 * Fills in the counts of all forwards. To list 4096 ports takes 30 ms: within a second it is done
 * once, whoever asks how often.
 */
void forward_count(struct host *host);
