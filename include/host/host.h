/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host process: does everything that needs privilege, never reads a frame.
 * Brings the network up step by step, supervises dnsmasq and the worker,
 * answers the worker's requests, and undoes the steps in reverse.
 */
#pragma once

#include "allowance.h"
#include "config.h"
#include "dnsmasq.h"
#include "forwarding.h"
#include "truce.h"
#include "journal.h"
#include "link.h"
#include "loop.h"
#include "nat.h"
#include "netconf.h"
#include "nic.h"
#include "pidfile.h"
#include "plan.h"
#include "problem.h"
#include "process.h"
#include "program.h"
#include "timer.h"

/* What keeps the host from being a router while we forward: by family, IPv4 and IPv6. */
struct host_transit {
	struct netconf netconf;
	bool is_router[2]; /* somebody else made it one: then it is */
	bool said[2];
};

/* The interface that guests share, as it was seen last. */
struct host_bridged {
	struct link_facts facts; /* index 0: it is gone */
	struct nic nic;		 /* where it is a NIC */
	bool refused;		 /* what came back cannot be used, and that was said */
	bool outside;		 /* our device is no member of the bridge; said */
	bool failing;		 /* it cannot receive for them at all; said */
	bool crowded;		 /* guests had more addresses than it can receive for; said too */
};

enum { HOST_SUMMARY_MAX = ENDPOINT_LOCATOR_MAX + 256 };

struct host {
	const struct config *config;
	struct config *reread;	 /* what config points at after a reload; ours */
	struct problem *problem; /* why a step failed */
	struct plan plan;
	struct loop loop;
	struct source signals;
	struct journal journal;
	struct pidfile pidfile;
	struct link link;
	struct nat nat;
	struct host_bridged bridged;
	struct truce truce;
	struct forwarding forwarding;
	struct forwarding forwarding6;
	struct host_transit transit;
	struct dnsmasq dnsmasq;
	struct process watcher;
	unsigned watcher_starts; /* again */
	struct program program;	 /* of the worker and the connectors */
	struct process worker;
	struct process connectors[ENDPOINTS_MAX];
	char conflict[LINK_OVERLAP_MAX];  /* what has our subnet too, "": nothing; said */
	char conflict6[LINK_OVERLAP_MAX]; /* likewise in IPv6 */
	struct source requests;		  /* from the worker */
	struct allowance asks;		  /* of the worker's */
	struct allowance connects;	  /* connectors that it may have started */
	struct timer deaf;		  /* until it is listened to again */
	bool insists;			  /* it asks too often; said */
	struct timer settle;		  /* many changes of routes, looked at once */
	struct timer poll;		  /* until everything is ready */
	struct timer crowd;		  /* when the count of host_crowd.h is looked at next */
	struct timer watchdog;		  /* when the worker is asked next */
	int tap_fd;			  /* until the worker, confined, has it */
	bool routed6;			  /* guests have a way out in IPv6 */
	bool tap_joins_udp;		  /* it takes super-frames of UDP */
	uint64_t crowd_said;		  /* how many it was when a line told of it */
	int64_t crowd_silent;		  /* until then (clock.h) no other */
	unsigned polls_left;
	unsigned alive_interval; /* ms; 0: no watchdog */
	bool asked;		 /* the worker has not answered yet */
	bool hung;		 /* and has had its time */
	bool has_terminal;	 /* which may hang up */
	bool worker_ready;
	bool ready;			/* said so */
	char summary[HOST_SUMMARY_MAX]; /* the network in a line, once ready */
	int status;			/* what the process will exit with */
};

/*
 * The signals that the loop answers: blocked from the first moment on, one that comes before
 * the loop is answered by that, in order. Unblocked where no loop is going to run.
 */
void host_block_signals(void);
void host_unblock_signals(void);

/* Runs the network until a signal or a failure. Returns the exit status; with *problem if set. */
int host_run(const struct config *config, struct problem *problem);

/* --check: the checks of a start, and the plan on stdout. Returns the exit status. */
int host_check(const struct config *config, struct problem *problem);

/* --cleanup: undoes what a dead instance of the name left. Returns the exit status. */
int host_cleanup(const struct config *config, struct problem *problem);

/* For both: nothing is open yet; and from here on we have the rights of a running one. */
void host_init(struct host *host, const struct config *config, struct problem *problem);
int host_give_up_privilege(struct host *host);

/* Fills host->problem: what failed, by which error (-errno). Returns -1. */
int host_fail(struct host *host, const char *what, int error);

/* Looks at the host and makes the plan; without a change. 0, or -1 with host->problem. */
int host_up_plan(struct host *host);

/* Ends the loop with that status. */
void host_end(struct host *host, int status);
