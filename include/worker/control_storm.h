/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detects a port that drops many frames at once. Checked once a second while there are clients. */
#pragma once

#include <stdint.h>

#include "bridge.h"
#include "notice.h"

enum { CONTROL_STORM = 1000 }; /* frames a second, per port */

struct control;

struct control_storm_port {
	uint64_t number; /* of the port */
	uint64_t dropped;
	struct notice told;
};

/* Zeroed: no look so far. */
struct control_storm {
	int64_t seen; /* ms, CLOCK_MONOTONIC */
	struct control_storm_port ports[BRIDGE_PORTS_MAX];
};

void control_storm_look(struct control *control, int64_t now);
