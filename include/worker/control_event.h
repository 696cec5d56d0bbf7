/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What clients of the control socket are told of, when it happens. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "port.h"
#include "request.h"

struct control;
struct control_tap;
struct frame;
struct lessee;

/* The peer of a port came, or goes. */
void control_event_port(struct control *control, const struct port *port, bool there);

/* A TAP was handed out, or is gone. */
void control_event_tap(struct control *control, const struct control_tap *tap, bool there);

/* A guest was given an address for the first time, or has given it back. */
void control_event_lease(struct control *control, const struct lessee *lessee, bool added);

/* Guests leave by other devices: control->facts. */
void control_event_uplinks(struct control *control);

/* A frame (or NULL) was dropped; told of where its address is another's, once in a while. */
void control_event_drop(struct control *control, const struct port *port, const struct frame *frame,
			enum port_drop drop);

/* So many frames were dropped at a port within a second. */
void control_event_storm(struct control *control, const struct port *port, uint64_t frames);

/* What the host process tells. */
void control_event_of_host(struct control *control, enum request_event event, const char *text);
