/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the steps of the host process share, each with a struct for what is its own; and what
 * any of them may call: host_fail() and host_end(). It includes no step.
 */
#pragma once

#include "ratelimit.h"
#include "asker.h"
#include "request.h"
#include "tapline.h"
#include "resolvconf.h"
#include "resolv_watch.h"
#include "config.h"
#include "dnsmasq.h"
#include "droprules.h"
#include "firewall_keeper.h"
#include "forward_batch.h"
#include "forward_message.h"
#include "forwarding.h"
#include "forwardrules.h"
#include "undolog.h"
#include "hostfwd.h"
#include "guesttap.h"
#include "hostfwd_allow.h"
#include "leases_watch.h"
#include "link.h"
#include "link_routes.h"
#include "link_facts.h"
#include "log.h"
#include "loop.h"
#include "netconf.h"
#include "nft.h"
#include "notice.h"
#include "nic.h"
#include "pidfile.h"
#include "plan.h"
#include "policyrule.h"
#include "problem.h"
#include "process.h"
#include "program.h"
#include "pulse.h"
#include "settle.h"
#include "filewatch.h"
#include "tally.h"
#include "tapdrops.h"
#include "timer.h"
#include "upkeep.h"

struct host_signals {
	struct source source; /* signalfd(2) */
	bool has_terminal;    /* which may hang up */
};

enum {
	HOST_DEVICE_SETTINGS_MAX = 10,
	HOST_DEVICE_ADDRESSES_MAX = 3,
	HOST_DEVICE_PARTS_MAX = 5,
};

/* The network's device: a TAP, or a bridge of which the TAP is a member. */
struct host_device {
	int fd;		    /* the TAP's, until the worker, confined, has it; -1 */
	int index;	    /* who it is, under whatever name */
	int tap;	    /* and who the TAP is: the same, unless it is a member */
	bool joins_udp;	    /* it takes super-frames of UDP */
	int64_t gone_since; /* clock.h; 0: it is there */
	/* What other software may change of it. */
	struct upkeep settings[HOST_DEVICE_SETTINGS_MAX];
	struct upkeep addresses[HOST_DEVICE_ADDRESSES_MAX];
	struct upkeep routes[HOST_DEVICE_ADDRESSES_MAX]; /* that come with those */
	struct upkeep parts[HOST_DEVICE_PARTS_MAX];	 /* of the device itself */
	struct upkeep tap_parts[HOST_DEVICE_PARTS_MAX];	 /* of a TAP that is a member */
	struct upkeep name;
};

struct host_worker {
	struct process process;
	struct process connectors[ENDPOINTS_MAX];
	struct source requests;	   /* the worker's, and our end for what it is told */
	struct ratelimit asks;	   /* requests */
	struct ratelimit connects; /* connectors that it may have started */
	struct timer pause;	   /* until its requests are read again */
	bool asked_too_often;	   /* said */
	bool ready;		   /* it is confined, and has the device */
	/* The addresses of our device that it was told of last. */
	unsigned n_others;
	struct in6_addr others[REQUEST_OTHERS_MAX];
};

/* The socket by which clients ask and change. */
struct host_control {
	int fd; /* until the worker has it; -1 */
	char path[PLAN_PATH_MAX];
	struct request_facts facts; /* that the worker was told last */
};

enum { HOST_TAPS_MAX = REQUEST_TAP_SLOTS, HOST_TAPS_PER_USER = 16 };

/* A TAP that was handed out, for as long as the device is there. */
struct host_tap {
	struct guesttap tap; /* index 0: the slot is free */
	int bridge;	     /* that it is a member of; 0: that is gone, and it waits for it */
	bool failing;	     /* it cannot join that again; said */
	bool met;	     /* the kernel has told that it has the address it was given */
	bool moved;	     /* and then that it had another */
	uint64_t heard;	     /* frames, of a newcomer, when it was looked at last */
	int64_t look;	     /* ms (clock.h): and is not looked at before */
	bool asked;	     /* whether the address that it uses is another guest's: */
	uint8_t asked_mac[MAC_SIZE];
	struct notice taken; /* it is; said */
	struct asker asker;
	struct tapline line; /* what is told of it; its number is that of no other of this run */
	struct request_tap told; /* what the worker knows */
};

struct host_taps {
	int fd; /* of the socket in RUNDIR, until the worker has it; -1 */
	unsigned n;
	uint32_t last; /* number */
	unsigned expelled;
	int64_t counted; /* ms (clock.h): what has passed them was; 0: never */
	struct host_tap list[HOST_TAPS_MAX];
	struct notice refused;	/* a client was; said */
	struct settle settle;	/* of links, where no other step looks at them */
	struct timer newcomers; /* when they are looked at next */
	int64_t newest;		/* ms (clock.h): the last of them came */
};

struct host_watcher {
	struct process process;
	unsigned restarts;
};

/* A port that the forwarder listens at, and what it knows of that. */
struct host_listener {
	bool used;
	uint32_t forward;	/* its id */
	struct hostfwd hostfwd; /* of this port alone */
	int fd;			/* -1: another of ours, which is about to go, has the port */
	bool open;		/* it leads somewhere: */
	struct in6_addr address;
	uint64_t begun;	     /* connections to there */
	bool known;	     /* the forwarder has it */
	bool knows_target;   /* and has heard last whether it is open */
	bool knows_previous; /* it has one of before in this place, which it is to forget */
};

struct host_forwarder {
	struct process process;
	struct source channel; /* what it asks, and is told */
	bool full;	       /* the channel: what is to be told waits */
	bool paused;	       /* it asks too often */
	struct ratelimit asks;
	struct timer pause;
	bool has_answer; /* that has to wait: */
	struct forward_message answer;
	int answer_fd;
	unsigned starts;     /* since: */
	int64_t first_start; /* clock.h */
	bool hung;	     /* it did not let go of a port in time */
	unsigned n_listeners;
	unsigned n_slots;		 /* that they lie in */
	struct host_listener *listeners; /* FORWARD_LISTENERS_MAX; NULL: there was no forward */
};

struct host_watchdog {
	struct timer timer; /* when the worker is asked next */
	unsigned interval;  /* ms; 0: no watchdog */
	bool asked;	    /* the worker has not answered yet */
	bool hung;	    /* and has had its time */
};

enum { HOST_SUMMARY_MAX = ENDPOINT_LOCATOR_MAX + 256 };

struct host_ready {
	struct timer poll;
	unsigned polls_left;
	bool reached;			/* and said */
	char summary[HOST_SUMMARY_MAX]; /* the network in a line, once ready */
};

/* The host's name servers, which dnsmasq asks. */
struct host_resolv {
	struct timer timer; /* when they are looked at next */
	struct resolv_watch watch;
	bool settling;			/* they will be soon */
	int error;			/* of reading them, said */
	char file[PLAN_PATH_MAX + 16];	/* the copy, in a directory that dnsmasq can read */
	char copy[RESOLVCONF_COPY_MAX]; /* what is in it */
	uint64_t devices;		/* that its servers are behind (resolvconf_devices()) */
};

/* What dnsmasq can serve. */
struct host_serving {
	struct timer retry;   /* when port 53 is tried next */
	bool dns_elsewhere;   /* another program has it; said */
	unsigned dhcp_before; /* sockets that served DHCP before dnsmasq was started */
};

/* Whether dnsmasq lives. */
struct host_pulse {
	struct timer timer;   /* when it is looked at next */
	struct source socket; /* that it is asked by, and answers to */
	struct pulse pulse;
	pid_t pid;   /* of whom that is */
	pid_t ended; /* the one that we ended because it hung; 0: none */
};

enum { HOST_RULES_MAX = 3 };

/* How the network follows the host's routes. */
struct host_routes {
	struct settle settle;
	struct filewatch sysctls; /* what is no event of rtnetlink */
	struct forwarding forwarding;
	struct forwarding forwarding6;
	struct policyrule rules[HOST_RULES_MAX]; /* by which guests are reached */
	bool routed6;				 /* guests have a way out in IPv6 */
};

/* What keeps the host from being a router while we forward: by family, IPv4 and IPv6. */
struct host_transit {
	struct netconf netconf;
	bool is_router[2]; /* somebody else made it one: then it is */
	bool said[2];
};

/* What has our subnet too, "": nothing; said. */
struct host_conflict {
	char ipv4[LINK_OVERLAP_MAX];
	char ipv6[LINK_OVERLAP_MAX];
};

/* Guests' tries to connect for which there was no port. */
struct host_natports {
	struct timer timer; /* when the count is looked at next */
	struct tally tally;
};

/* What the rules do not let through, by enum droprule. */
struct host_drops {
	struct timer timer; /* when the counters are looked at next */
	struct tally tallies[DROPRULES];
	struct tally taps[TAPDROPS]; /* of the frames of TAPs, by enum tapdrop */
};

struct host;

/* A port of the host, or a range of them, that leads to a guest. */
struct host_forward {
	uint32_t id;
	bool configured; /* by the command line or its file: a reload may remove it */
	bool going;	 /* a change is about to remove it */
	bool active;	 /* its guest has an address: */
	bool leased;	 /* known by its lease alone */
	bool next_active;
	struct in6_addr address; /* IPv4 is mapped */
	struct in6_addr next;	 /* while a change is made: what it becomes */
	uint64_t begun;		 /* connections that it has led to there (forward_count.h) */
	struct hostfwd hostfwd;
};

/* In the order in which they were made. */
struct host_forwards {
	unsigned n;
	struct host_forward *list; /* NULL: not in this mode */
	uint32_t last_id;
	struct forwardrule *gone; /* room for a change of rules */
	struct forwardrule *made;
	struct leases_watch watch;
	struct forward_batch batch; /* that a client wants, as it comes */
	struct notice refused;	    /* a client was; said */
	int64_t counted;	    /* ms (clock.h): their connections were; 0: never */
};

/* Guests whose ports are isolated. */
struct host_apart {
	bool failing; /* the rules did not take the last change; said */
};

/* The interface that guests share, as it was seen last. */
struct host_bridged {
	struct settle settle;
	struct link_facts facts; /* index 0: it is gone */
	struct nic nic;		 /* where it is a NIC */
	bool refused;		 /* what came back cannot be used, and that was said */
	bool outside;		 /* our device is no member of the bridge; said */
	bool failing;		 /* it cannot receive for them at all; said */
	bool crowded;		 /* guests had more addresses than it can receive for; said too */
};

/*
 * What a reload may replace (host_reload.h), besides the level of log.h. It begins as the
 * configuration's; all else is as the network was started.
 */
struct host_served {
	struct config_given given;	      /* the options in force, to which a reload compares */
	struct dhcp dhcp;		      /* what guests are told */
	struct hostfwd_allows hostfwd_allows; /* which forwards may be made at run time */
};

struct host {
	const struct config *config; /* what the network was started with */
	struct host_served served;   /* what guests are told now */
	struct problem *problem;     /* why a step failed */
	struct plan plan;
	struct loop loop;
	struct undolog undolog;
	struct pidfile pidfile;
	struct link link;
	struct nft nft;
	struct firewall_keeper keeper;
	struct dnsmasq dnsmasq;
	struct program program; /* of the worker, the connectors and the watcher */
	struct host_signals signals;
	struct host_device device;
	struct host_worker worker;
	struct host_control control;
	struct host_taps taps;
	struct host_watcher watcher;
	struct host_forwarder forwarder;
	struct host_watchdog watchdog;
	struct host_ready ready;
	struct host_resolv resolv;
	struct host_serving serving;
	struct host_pulse pulse;
	struct host_routes routes;
	struct host_transit transit;
	struct host_conflict conflict;
	struct host_natports natports;
	struct host_drops drops;
	struct host_forwards forwards;
	struct host_apart apart;
	struct host_bridged bridged;
	int status; /* what the process will exit with */
};

/* Nothing is open yet. */
void host_init(struct host *host, const struct config *config, struct problem *problem);

/* Fills host->problem: what failed, by which error (-errno). Returns -1. */
int host_fail(struct host *host, const char *what, int error);

/* Ends the loop with that status. */
void host_end(struct host *host, int status);
