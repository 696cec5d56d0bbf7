/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TAPs that the host process has handed out, as ports: the kernel moves their frames, and what
 * becomes of them the host process says when it is asked. Only their numbers are ours.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "control_client.h"
#include "request.h"

#define CONTROL_TAPS_KIND "guest-tap"

struct control_tap {
	uint64_t id;		/* as of struct port: no other port of this run ever had it */
	struct request_tap tap; /* number 0: the slot is free */
};

/* Zeroed: there are none. */
struct control_taps {
	unsigned n;
	struct control_tap slots[REQUEST_TAP_SLOTS];
};

/* REQUEST_SLOTS. Clients are told who came and went. */
void control_taps_hear(struct control *control, const struct request *request);

/* How many of their guests are on the network. */
unsigned control_taps_count_guests(const struct control_taps *taps);

/* The one with that id; NULL: there is none. */
const struct control_tap *control_taps_find(const struct control_taps *taps, uint64_t id);

/* The rest of query-ports, from the copy that the host process gave. */
bool control_taps_item(struct control_client *client, struct jsonwrite *writer);

/* port-set and port-disconnect of one. */
void control_taps_set(struct control_client *client, const struct control_tap *tap,
		      const struct jsonread *given);
void control_taps_disconnect(struct control_client *client, const struct control_tap *tap);
