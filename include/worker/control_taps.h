/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TAPs that the host process has handed out, shown as ports. The kernel moves their frames, and the
 * host process answers and acts on requests about them; only their ids are ours.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "control_client.h"
#include "request.h"

#define CONTROL_TAPS_KIND "guest-tap"

struct control_tap {
	uint64_t id;		/* as in struct port: never reused in this run */
	struct request_tap tap; /* number 0: the slot is free */
};

/* Zeroed: none. */
struct control_taps {
	unsigned n;
	struct control_tap slots[REQUEST_TAP_SLOTS];
};

/* Handles REQUEST_SLOTS, and tells clients which TAPs came and went. */
void control_taps_hear(struct control *control, const struct request *request);

/* How many of them have a guest on the network. */
unsigned control_taps_count_guests(const struct control_taps *taps);

/* The one with that id, or NULL. */
const struct control_tap *control_taps_find(const struct control_taps *taps, uint64_t id);

/* The rest of query-ports, from the copy that the host process passed. */
bool control_taps_item(struct control_client *client, struct jsonwrite *writer);

/* port-set and port-disconnect for a TAP. */
void control_taps_set(struct control_client *client, const struct control_tap *tap,
		      const struct jsonread *given);
void control_taps_disconnect(struct control_client *client, const struct control_tap *tap);
