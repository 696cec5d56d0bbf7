/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines for what a port drops by a rule: the first of each kind in a minute. */
#pragma once

#include "frame.h"
#include "notice.h"
#include "port.h"

/* Zeroed: nothing was told. */
struct dropnotices {
	struct notice notices[PORT_DROPS];
};

/* One was dropped at that port; frame: it, or NULL. Kinds that are no rule's say nothing. */
void dropnotices_note(struct dropnotices *notices, const struct port *port,
		      const struct frame *frame, enum port_drop drop);
