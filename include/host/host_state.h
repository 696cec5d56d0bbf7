/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the steps of the host process share, each with a struct for its own state; and what any of
 * them may call: host_fail() and host_end(). It includes no step.
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
	int fd;		    /* the TAP's, until the confined worker has it; -1 */
	int index;	    /* identifies it, whatever its name */
	int tap;	    /* the TAP's index: the same, unless it is a member */
	bool joins_udp;	    /* it takes UDP super-frames */
	int64_t gone_since; /* ms (clock.h); 0: it exists */
	/* What other software may change of it. */
	struct upkeep settings[HOST_DEVICE_SETTINGS_MAX];
	struct upkeep addresses[HOST_DEVICE_ADDRESSES_MAX];
	struct upkeep routes[HOST_DEVICE_ADDRESSES_MAX]; /* that come with those */
	struct upkeep parts[HOST_DEVICE_PARTS_MAX];	 /* properties of the device itself */
	struct upkeep tap_parts[HOST_DEVICE_PARTS_MAX];	 /* of a TAP that is a member */
	struct upkeep name;
};

struct host_worker {
	struct process process;
	struct process connectors[ENDPOINTS_MAX];
	struct source requests;	   /* from the worker, and our messages to it */
	struct ratelimit asks;	   /* limits its requests */
	struct ratelimit connects; /* limits the connectors it may have started */
	struct timer pause;	   /* until its requests are read again */
	bool asked_too_often;	   /* logged */
	bool ready;		   /* it is confined and has the device */
	/* What it was last told of our device. */
	struct request others;
	struct request prefixes;
};

/* The control socket. */
struct host_control {
	int fd; /* until the worker has it; -1 */
	char path[PLAN_PATH_MAX];
	struct request_facts facts; /* what the worker was last told */
};

enum { HOST_TAPS_MAX = REQUEST_TAP_SLOTS, HOST_TAPS_PER_USER = 16 };

/* A TAP that was handed out, for as long as the device is there. */
struct host_tap {
	struct guesttap tap; /* index 0: a free slot */
	int bridge;	/* that it is a member of; 0: the bridge is gone, and it waits for it */
	bool failing;	/* it cannot rejoin; logged */
	bool met;	/* the kernel has reported the address it was given */
	bool moved;	/* and later another one */
	uint64_t heard; /* frames from a newcomer, at the last look */
	unsigned looks; /* that are left for them */
	int64_t look;	/* ms (clock.h): no look before this */
	bool asked;	/* the worker, whether another guest has this address: */
	uint8_t asked_mac[MAC_SIZE];
	struct notice taken; /* it does; logged */
	struct asker asker;
	struct tapline line;	 /* what clients see of it; its number is unique in this run */
	struct request_tap told; /* what the worker was last told */
};

struct host_taps {
	int fd; /* the socket in RUNDIR, until the worker has it; -1 */
	unsigned n;
	uint32_t last;	   /* the last number given out */
	uint32_t answered; /* requests of the worker's for TAPs, so far */
	unsigned expelled;
	int64_t counted; /* ms (clock.h): when their traffic was last counted; 0: never */
	struct host_tap list[HOST_TAPS_MAX];
	struct notice refused;	/* a client was; logged */
	struct settle settle;	/* link changes, if no other step watches them */
	struct timer newcomers; /* when they are checked next */
	int64_t newest;		/* ms (clock.h): when the last of them came */
};

struct host_watcher {
	struct process process;
	unsigned restarts;
};

/* A port that the forwarder listens on, and what the forwarder knows of it. */
struct host_listener {
	bool used;
	uint32_t forward;	/* its id */
	struct hostfwd hostfwd; /* of this port alone */
	int fd;			/* -1: another of ours, which is about to go, has the port */
	bool open;		/* it leads somewhere: */
	struct in6_addr address;
	uint64_t begun;	     /* connections made to it */
	bool known;	     /* the forwarder has it */
	bool knows_target;   /* and its current target */
	bool knows_previous; /* it still has the previous one in this slot, and must forget it */
};

struct host_forwarder {
	struct process process;
	struct source channel; /* for its questions and our messages */
	bool full;	       /* the channel is: messages wait */
	bool crowded;	       /* full, of descriptors: until the next attempt */
	struct timer retry;    /* that one */
	bool paused;	       /* it asks too often */
	struct ratelimit asks;
	struct timer pause;
	bool has_answer; /* waiting to be sent: */
	struct forward_message answer;
	int answer_fd;
	unsigned starts;     /* since first_start */
	int64_t first_start; /* ms (clock.h) */
	bool hung;	     /* it did not release a port in time */
	unsigned n_listeners;
	unsigned n_slots;		 /* of listeners, used ones or not */
	struct host_listener *listeners; /* FORWARD_LISTENERS_MAX; NULL: there was no forward yet */
};

struct host_watchdog {
	struct timer timer; /* when the worker is asked next */
	unsigned interval;  /* ms; 0: no watchdog */
	bool asked;	    /* the worker has not answered yet */
	bool hung;	    /* and its time is up */
};

enum { HOST_SUMMARY_MAX = ENDPOINT_LOCATOR_MAX + 256 };

struct host_ready {
	struct timer poll;
	unsigned polls_left;
	bool reached;			/* and announced */
	char summary[HOST_SUMMARY_MAX]; /* the network in one line, once ready */
};

/* The host's name servers, which dnsmasq asks. */
struct host_resolv {
	struct timer timer; /* when they are read next */
	struct resolv_watch watch;
	bool settling;			/* they will be read soon */
	int error;			/* of reading them, logged */
	char file[PLAN_PATH_MAX + 16];	/* the copy, in a directory that dnsmasq can read */
	char copy[RESOLVCONF_COPY_MAX]; /* its contents */
	uint64_t devices; /* through which its servers are reached (resolvconf_devices()) */
};

/* What dnsmasq can serve. */
struct host_serving {
	struct timer retry;   /* when port 53 is tried again */
	struct timer rest;    /* when dnsmasq may be restarted for another routed6 */
	bool rests;	      /* not yet */
	bool routed6;	      /* what it was started with */
	bool dns_elsewhere;   /* another program has it; logged */
	unsigned dhcp_before; /* sockets that served DHCP before dnsmasq started */
};

/* Whether dnsmasq hangs. */
struct host_pulse {
	struct timer timer;   /* when it is checked next */
	struct source socket; /* for questions to it and its answers */
	struct pulse pulse;
	pid_t pid;   /* of that process */
	pid_t ended; /* the one we killed because it hung; 0: none */
};

enum { HOST_RULES_MAX = 3 };

/* How the network follows the host's routes. */
struct host_routes {
	struct settle settle;
	struct filewatch sysctls; /* what rtnetlink does not report */
	struct forwarding forwarding;
	struct forwarding forwarding6;
	struct policyrule rules[HOST_RULES_MAX]; /* policy rules for the way to guests */
	bool routed6;				 /* guests have a way out in IPv6 */
};

/* Keeps the host from being a router while we forward. By family: IPv4, then IPv6. */
struct host_transit {
	struct netconf netconf;
	bool is_router[2]; /* other software made it one, so it is one */
	bool said[2];
};

/* What overlaps with our subnet; "": nothing. Logged. */
struct host_conflict {
	char ipv4[LINK_OVERLAP_MAX];
	char ipv6[LINK_OVERLAP_MAX];
};

/* Guests' connection attempts for which there was no port left. */
struct host_natports {
	struct timer timer; /* when the counter is read next */
	struct tally tally;
};

/* What the rules drop, by enum droprule. */
struct host_drops {
	struct timer timer; /* when the counters are read next */
	struct tally tallies[DROPRULES];
	struct tally taps[TAPDROPS]; /* frames from TAPs, by enum tapdrop */
};

struct host;

/* A port of the host, or a range of them, that leads to a guest. */
struct host_forward {
	uint32_t id;
	bool configured; /* by the command line or its file, so a reload may remove it */
	bool going;	 /* the current change removes it */
	bool active;	 /* its guest has an address: */
	bool leased;	 /* known only by its lease */
	bool next_active;
	struct in6_addr address; /* IPv4 is mapped */
	struct in6_addr next;	 /* what it becomes, while a change is made */
	uint64_t begun;		 /* connections it has led there (forward_count.h) */
	struct hostfwd hostfwd;
};

/* In order of creation. */
struct host_forwards {
	unsigned n;
	struct host_forward *list; /* NULL: not in this mode */
	uint32_t last_id;
	struct forwardrule *gone; /* room to prepare a change of rules */
	struct forwardrule *made;
	struct leases_watch watch;
	struct forward_batch batch; /* from a client, while it arrives */
	struct notice refused;	    /* a client was; logged */
	int64_t counted; /* ms (clock.h): when their connections were last counted; 0: never */
};

struct apart_backlog;

/* Guests whose ports are isolated. */
struct host_apart {
	struct apart_backlog *backlog; /* changes of the rules that are still to be made */
	struct timer retry;
	bool failing; /* the rules refused one; logged */
};

/* The interface that guests share, as last seen. */
struct host_bridged {
	struct settle settle;
	struct link_facts facts; /* index 0: gone */
	struct nic nic;		 /* if it is a NIC */
	bool refused;		 /* what came back cannot be used; logged */
	bool outside;		 /* our device is not a member of the bridge; logged */
	bool failing;		 /* it cannot receive for guests; logged */
	bool crowded;		 /* guests had more addresses than it can receive for; logged */
};

/*
 * What a reload may replace (host_reload.h), besides the log level (log.h). At first it is the
 * configuration's; everything else stays as the network was started.
 */
struct host_served {
	struct config_given given; /* the options in force, which a reload compares with */
	struct dhcp dhcp;	   /* what guests are told */
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
	int status; /* the exit status */
};

/* Opens nothing yet. */
void host_init(struct host *host, const struct config *config, struct problem *problem);

/* Fills in host->problem: what failed, and with which error (-errno). Returns -1. */
int host_fail(struct host *host, const char *what, int error);

/* Ends the loop, with this exit status. */
void host_end(struct host *host, int status);
