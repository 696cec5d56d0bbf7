/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: RUNDIR/NAME.control, by which programs ask what the network does, change it,
 * and are told what happens (vde_vmnet-protocol(7)). The host process makes it, and who may
 * connect its mode says. Who a client is, the kernel says: root, the worker's user and members of
 * --control-group may change something, all others only ask.
 *
 * Whoever connects may be slow, silent or hostile: a client has so much memory and time, a turn
 * of the loop does one thing for one of them, all of them together have a share of the worker's
 * time, and frames go on meanwhile.
 */
#pragma once

#include "control_client.h"
#include "control_storm.h"
#include "control_taps.h"
#include "door.h"
#include "jsonread.h"
#include "loop.h"
#include "notice.h"
#include "ratelimit.h"
#include "request.h"
#include "timer.h"
#include "turns.h"

struct admission;
struct apart;
struct attach;
struct bridge;
struct endpoint;
struct frame;

enum {
	CONTROL_CLIENTS_MAX = 32,
	CONTROL_CLIENTS_PER_USER = 8,
	CONTROL_CLIENTS_OF_ROOT = 2, /* places that are kept for root */
	CONTROL_MESSAGES_MAX = 40,   /* to the host process, for one command */
};

/* What it tells of, and changes; the worker's. */
struct control_network {
	struct bridge *bridge;
	const struct admission *admission;
	struct apart *apart; /* or NULL */
	const char *device;
	unsigned subnet; /* bits of the gateway's */
	unsigned n_endpoints;
	const struct endpoint *endpoints;
	struct attach *const *attaches; /* of them */
};

struct control {
	struct turns turns; /* for the door and the clients: guests wait for one of them at most */
	struct control_network network;
	/* Asks the host process; fd, or -1, goes along. 0, or -errno: it was not asked. */
	int (*ask)(struct control *control, const struct request *request, int fd);
	uid_t self;	/* may change something, as root may */
	gid_t changers; /* so may this group; (gid_t)-1: there is none */
	struct door door;
	struct timer look;     /* for who is late, and for storms; while there are clients */
	bool looking;	       /* that timer runs */
	bool soon;	       /* and sooner, for who waits to ask the host process */
	unsigned first;	       /* of those who wait to ask the host process again */
	struct ratelimit asks; /* of the host process */
	struct notice refused; /* told of */
	struct notice conflict;
	uint32_t n_tokens;
	unsigned unanswered; /* messages to the host process that it may not have read yet */
	int64_t since;	     /* ms, CLOCK_MONOTONIC: the network is up */
	struct request_facts facts;
	struct control_storm storm;
	struct control_taps taps;
	struct jsonread reader;
	struct control_client clients[CONTROL_CLIENTS_MAX];
};

/*
 * Takes a zeroed one, whose network, ask, self and changers are set. seed is random. 0, or -errno.
 */
int control_init(struct control *control, struct loop *loop, uint32_t seed);
void control_finish(struct control *control);

/* Takes over the socket that listens. 0, or -errno. */
int control_listen(struct control *control, int fd);

/*
 * The host process says something: REQUEST_FACTS, REQUEST_SLOTS, REQUEST_RESULT, REQUEST_EVENT. fd
 * is taken over.
 */
void control_hear(struct control *control, const struct request *request, int fd);

/* Has the host process do something for the client, who waits: also while it is asked too often. */
void control_ask(struct control_client *client, enum request_verb verb, unsigned endpoint);

/*
 * The same by n messages, at most CONTROL_MESSAGES_MAX, that write() makes of what the client gave.
 * With the first of REQUEST_FORWARD_APPLY goes the client's own connection.
 */
void control_ask_all(struct control_client *client, unsigned n,
		     void (*write)(struct request *request, unsigned i, void *context),
		     void *context);
