/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket, RUNDIR/NAME.control: programs use it to query and change the network, and to
 * receive events (vde_vmnet-protocol(7)). The host process creates it; its mode decides who may
 * connect. The kernel says who a client is: root, the worker's user and members of --control-group
 * may make changes, all others may only query.
 *
 * Clients may be slow, silent or hostile. Each has a fixed amount of memory and time, a turn of the
 * loop does one thing for one client, all of them share a fixed part of the worker's time, and
 * frames keep moving meanwhile.
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
	CONTROL_CLIENTS_OF_ROOT = 2, /* slots reserved for root */
	/* To the host process, for one command: 32 KiB, of which 1.5 or more go into each. */
	CONTROL_MESSAGES_MAX = 24,
};

/* What it reports on and changes; owned by the worker. */
struct control_network {
	struct bridge *bridge;
	const struct admission *admission;
	struct apart *apart; /* or NULL */
	const char *device;
	unsigned subnet; /* the gateway's prefix length */
	unsigned n_endpoints;
	const struct endpoint *endpoints;
	struct attach *const *attaches; /* of the endpoints */
};

struct control {
	struct turns turns; /* for the door and the clients: guests wait for one turn at most */
	struct control_network network;
	/* Asks the host process; passes fd unless it is -1. 0, or -errno: not asked. */
	int (*ask)(struct control *control, const struct request *request, int fd);
	uid_t self;	/* may make changes, like root */
	gid_t changers; /* so may this group; (gid_t)-1: none */
	struct door door;
	struct timer look;	  /* for late clients and storms; runs while there are clients */
	bool looking;		  /* that timer is running */
	bool soon;		  /* sooner, for clients that wait to ask the host process */
	unsigned first;		  /* first of those to retry asking the host process */
	struct ratelimit asks[2]; /* to the host process, of those who may make changes: [1] */
	struct notice refused;	  /* refusals logged */
	struct notice conflict;
	uint32_t n_tokens;
	unsigned unanswered; /* messages that the host process may not have read yet */
	int64_t since;	     /* ms, CLOCK_MONOTONIC: when the network came up */
	struct request_facts facts;
	struct control_storm storm;
	struct control_taps taps;
	struct jsonread reader;
	struct control_client clients[CONTROL_CLIENTS_MAX];
};

/*
 * Call it with network, ask, self and changers set, and the rest zeroed. seed is random. 0, or
 * -errno.
 */
int control_init(struct control *control, struct loop *loop, uint32_t seed);
void control_finish(struct control *control);

/* Takes over the listening socket. 0, or -errno. */
int control_listen(struct control *control, int fd);

/*
 * A message from the host process: REQUEST_FACTS, REQUEST_SLOTS, REQUEST_RESULT or REQUEST_EVENT.
 * Takes over fd.
 */
void control_hear(struct control *control, const struct request *request, int fd);

/*
 * Asks the host process to do something for the client, which waits for the answer. If it is being
 * asked too often, the client waits for its turn.
 */
void control_ask(struct control_client *client, enum request_verb verb, unsigned endpoint);

/* The client's command will be run again soon, because the host process has no room for it now. */
void control_ask_later(struct control_client *client);

/*
 * The same with n messages, at most CONTROL_MESSAGES_MAX, which write() makes from the client's
 * input. The first message of REQUEST_FORWARD_APPLY also carries the client's connection.
 */
void control_ask_all(struct control_client *client, unsigned n,
		     void (*write)(struct request *request, unsigned i, void *context),
		     void *context);
