/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Log lines for frames that a port drops by a rule: the first of each kind in a minute. */
#pragma once

#include "frame.h"
#include "notice.h"
#include "port.h"

/* Zeroed: none logged yet. */
struct dropnotices {
	struct notice notices[PORT_DROPS];
};

/*
 * Call it for each frame dropped at that port; frame may be NULL. Drops that are not by a rule are
 * not logged.
 */
void dropnotices_note(struct dropnotices *notices, const struct port *port,
		      const struct frame *frame, enum port_drop drop);
