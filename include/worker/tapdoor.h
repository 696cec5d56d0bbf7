/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where clients ask for TAPs, tap://: their requests are read here, and those that are good go to
 * the host process, each with its client's connection, by which that is answered. No frame of a TAP
 * comes this way.
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
	TAPDOOR_PATIENCE = 2000,  /* ms for a request to come */
	TAPDOOR_ASKS = 20, /* a second, at all doors: the host process hears 100 of all kinds */
	TAPDOOR_LOOK = 50, /* ms between two looks at those that wait */
};

struct tapdoor;

struct tapdoor_client {
	struct source source; /* fd -1: the slot is free */
	struct tapdoor *home;
	uint64_t number;   /* in the order of their coming, from 1 on */
	uid_t uid;	   /* (uid_t)-1 where the kernel does not say */
	uint64_t deadline; /* ms, CLOCK_MONOTONIC */
	bool asks;	   /* the request is whole, and waits */
	struct tap_request request;
};

struct tapdoor {
	struct attach attach;
	/* Has the host process answer; the connection stays ours. 0, or -errno: -EAGAIN, later. */
	int (*ask)(struct tapdoor *door, const struct tap_request *request, int fd);
	/* Whether a guest of ours has that address. */
	bool (*is_taken)(struct tapdoor *door, const uint8_t mac[MAC_SIZE]);
	struct door door;
	struct timer timer;
	struct ratelimit asks; /* per_period: set after tapdoor_init() */
	uint64_t n_clients;    /* so far */
	uid_t served;	       /* whose turn was last: others come first */
	struct tapdoor_client clients[TAPDOOR_CLIENTS_MAX];
};

/* endpoint is kept by reference; set attach's connect and changed, ask and is_taken after it. 0, or
 * -errno. */
int tapdoor_init(struct tapdoor *door, struct loop *loop, const struct endpoint *endpoint);
void tapdoor_finish(struct tapdoor *door);
