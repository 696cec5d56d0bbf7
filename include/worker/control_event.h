/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The events that clients of the control socket receive. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "port.h"
#include "request.h"

struct control;
struct control_tap;
struct frame;
struct lessee;

/* The peer of a port came or went. */
void control_event_port(struct control *control, const struct port *port, bool there);

/* A TAP was handed out, or has gone. */
void control_event_tap(struct control *control, const struct control_tap *tap, bool there);

/* A guest got an address for the first time, or gave it back. */
void control_event_lease(struct control *control, const struct lessee *lessee, bool added);

/* The uplink devices changed: control->facts. */
void control_event_uplinks(struct control *control);

/*
 * A frame (frame may be NULL) was dropped; reported, at a limited rate, if it used another's
 * address.
 */
void control_event_drop(struct control *control, const struct port *port, const struct frame *frame,
			enum port_drop drop);

/* This many frames were dropped at a port within a second. */
void control_event_storm(struct control *control, const struct port *port, uint64_t frames);

/* An event from the host process. */
void control_event_of_host(struct control *control, enum request_event event, const char *text);
