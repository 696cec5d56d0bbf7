/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a port drops many frames all at once: looked at once a second, while there are clients.
 */
#pragma once

#include <stdint.h>

#include "bridge.h"
#include "notice.h"

enum { CONTROL_STORM = 1000 }; /* frames a second, at a port */

struct control;

struct control_storm_port {
	uint64_t number; /* which port it is */
	uint64_t dropped;
	struct notice told;
};

/* Zeroed: nothing was seen yet. */
struct control_storm {
	int64_t seen; /* ms, CLOCK_MONOTONIC */
	struct control_storm_port ports[BRIDGE_PORTS_MAX];
};

void control_storm_look(struct control *control, int64_t now);
