/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where clients ask for TAPs, tap://. Their requests are parsed here; valid ones go to the host
 * process together with the client's connection, on which it answers. Frames of a TAP do not come
 * this way.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "attach.h"
#include "door.h"
#include "ratelimit.h"
#include "tap_message.h"
#include "timer.h"

enum {
	TAPDOOR_CLIENTS_MAX = 64, /* that have not asked yet, or wait for their turn */
	TAPDOOR_PATIENCE = 2000,  /* ms for a request to arrive */
	TAPDOOR_ASKS = 20, /* a second, at all doors: the host process takes 100 of all kinds */
	TAPDOOR_LOOK = 50, /* ms between two looks at waiting clients */
};

struct tapdoor;

struct tapdoor_client {
	struct source source; /* fd -1: the slot is free */
	struct tapdoor *home;
	uint64_t number;   /* in order of arrival, from 1 */
	uid_t uid;	   /* (uid_t)-1 if the kernel does not say */
	uint64_t deadline; /* ms, CLOCK_MONOTONIC */
	bool asks;	   /* the request is complete and waiting */
	struct tap_request request;
};

struct tapdoor {
	struct attach attach;
	/* Whether the host process may be asked now; if not, we look again every TAPDOOR_LOOK. */
	bool (*may_ask)(struct tapdoor *door);
	/*
	 * Asks the host process to answer; the connection stays ours. 0, or -errno: -EAGAIN, later.
	 */
	int (*ask)(struct tapdoor *door, const struct tap_request *request, int fd);
	/* Whether one of our guests has that address. */
	bool (*is_taken)(struct tapdoor *door, const uint8_t mac[MAC_SIZE]);
	struct door door;
	struct timer timer;
	struct ratelimit asks; /* per_period: set after tapdoor_init() */
	bool looking;	       /* the timer is armed */
	uint64_t n_clients;    /* so far */
	uid_t served;	       /* the user served last: others go first */
	struct tapdoor_client clients[TAPDOOR_CLIENTS_MAX];
};

/*
 * Keeps a reference to endpoint; set attach's connect and changed, may_ask, ask and is_taken
 * afterwards. 0, or -errno.
 */
int tapdoor_init(struct tapdoor *door, struct loop *loop, const struct endpoint *endpoint);
void tapdoor_finish(struct tapdoor *door);

/* Asks for clients, in order of arrival, alternating between users, as long as it may. */
void tapdoor_serve(struct tapdoor *door);
