/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything a start will do, worked out and checked against the host before
 * anything on it is changed.
 */
#pragma once

#include <net/if.h>
#include <stdint.h>
#include <sys/types.h>

#include "config.h"
#include "hostfwd_check.h"
#include "identity.h"
#include "ipv6.h"
#include "link.h"
#include "link_routes.h"
#include "link_facts.h"
#include "mac.h"
#include "natports.h"
#include "ruleset.h"
#include "sharedbridge.h"
#include "tapguard.h"

enum { PLAN_TABLE_MAX = CONFIG_NAME_MAX + 16, PLAN_PATH_MAX = 128 };

/*
 * The forms a network can take on the host; a mode may have several. Bits, so that each step of
 * host.c can name the forms it is for.
 */
enum plan_form {
	PLAN_SHARED = 1 << 0,	    /* the gateway's address on a TAP, NAT */
	PLAN_HOST = 1 << 1,	    /* the gateway's address on a TAP, no way out */
	PLAN_SHAREDBRIDGE = 1 << 2, /* a TAP on a network identifier's bridge, no host */
	PLAN_BRIDGE = 1 << 3,	    /* a TAP that is a member of one of the host's bridges */
	PLAN_NIC = 1 << 4, /* a packet socket on one of the host's NICs, and a TAP to the host */
	PLAN_OURS = PLAN_SHARED | PLAN_HOST | PLAN_SHAREDBRIDGE, /* a network of our own */
	PLAN_BRIDGED = PLAN_BRIDGE | PLAN_NIC,
	PLAN_SERVED = PLAN_SHARED | PLAN_HOST, /* with our own address, DHCP and DNS */
	PLAN_ALL = ~0,
};

/* Strings and endpoints belong to the configuration, which outlives it. */
struct plan {
	const char *name;
	enum config_mode mode;
	enum plan_form form;
	struct identity worker;
	struct identity connector; /* the same user, with all its groups */
	struct identity dnsmasq;   /* this and the path: if guests are served */
	const char *dnsmasq_path;
	const char *pidfile; /* "": none */
	enum config_firewall firewall;
	bool serves_dhcp; /* if guests are served; so are the next two */
	unsigned leases_per_port;
	bool serves_dns;
	bool advertises; /* itself as a router, in IPv6 */
	bool isolated;	 /* guests do not reach each other */
	unsigned n_hostfwds;
	const struct hostfwd *hostfwds;
	unsigned n_endpoints;
	const struct endpoint *endpoints;
	gid_t group;  /* --vde-group, or (gid_t)-1 */
	gid_t access; /* who may attach to what we make: that, or the default group, or (gid_t)-1 */
	gid_t readers; /* who may query the control socket; (gid_t)-1: only the worker's user */
	gid_t control; /* who may also change something there: --control-group, or (gid_t)-1 */
	const char *access_name; /* of access; NULL: only the worker's user */
	struct subnet subnet;
	bool ipv6; /* guests get IPv6 */
	enum ipv6_forwarding forwarding6;
	struct in6_addr prefix6;
	const char *no_ipv6;		  /* why not, though nobody turned it off; else NULL */
	struct sharedbridge sharedbridge; /* if there is one */
	struct link_facts interface;	  /* of mode bridged */
	unsigned mtu;			  /* bytes of payload that guests may send */
	uint8_t mac[MAC_SIZE];
	char device[IF_NAMESIZE];
	bool hands_out;	       /* there is tap://, so TAPs are handed out */
	bool bridges;	       /* and guests are served: the device is a bridge of ours */
	char tap[IF_NAMESIZE]; /* the worker's: the device itself, or a member of that bridge */
	char table[PLAN_TABLE_MAX];
	char lease_file[PLAN_PATH_MAX];
	char resolv_directory[PLAN_PATH_MAX]; /* with the name servers for dnsmasq; "": none */
	char directory[PLAN_PATH_MAX];	      /* of our own switch in RUNDIR; "": none */
	struct natports nat_ports;	      /* of mode shared */
	struct ruleset rules;		      /* if guests are served; ruleset is made from it */
	char ruleset[RULESET_MAX];
	char tapguard[TAPGUARD_MAX]; /* loaded with it, if there is tap://; else "" */
	unsigned n_uplinks;
	char uplinks[LINK_DEFAULTS_MAX][IF_NAMESIZE]; /* by which guests leave */
	unsigned n_uplinks6;
	char uplinks6[LINK_DEFAULTS_MAX][IF_NAMESIZE]; /* for IPv6 */
	unsigned n_only;			       /* 0: all that lead outside */
	char only[CONFIG_UPLINKS_MAX][IF_NAMESIZE];    /* from --uplink */
};

/*
 * Checks that need nothing of the host but its files and our privileges; also copies from config
 * what the steps need. config must outlive the plan. 0, or -1 with *problem.
 */
int plan_check_host(struct plan *plan, const struct config *config, struct problem *problem);

/* The rest, using the host's devices and routes as of link_refresh(). 0, or -1 with *problem. */
int plan_make(struct plan *plan, const struct config *config, struct link *link,
	      struct problem *problem);

/*
 * Makes the rules of a served network again, with the number of connections that the host tracks:
 * it may only be known once checking the rules has made the kernel load connection tracking.
 */
void plan_share_connections(struct plan *plan);

/* Whether dnsmasq has anything to serve. */
bool plan_uses_dnsmasq(const struct plan *plan);

/* What to check a forward against. */
struct hostfwd_network plan_hostfwd_network(const struct plan *plan, const struct dhcp *dhcp);

/* Finds the uplinks of mode shared again, using the host's routes as of link_refresh(). */
void plan_find_uplinks(struct plan *plan, struct link *link);

/* For --check: prints the plan on stdout, and what guests are told by DHCP. */
void plan_print(const struct plan *plan, const struct dhcp *dhcp);
