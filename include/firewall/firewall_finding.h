/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose traffic to look after, and what was found to drop it. */
#pragma once

#include <stdbool.h>

#include "subnet.h"

enum {
	FIREWALL_FINDINGS_MAX = 16,
	FIREWALL_CHAIN_MAX = 160,
	FIREWALL_COMMANDS_MAX = 4096,
};

/* The network to look after. Whoever made the names has checked them. */
struct firewall_guests {
	const char *name;
	const char *device;
	const char *uplink;  /* the device of the default route, or "" */
	const char *uplink6; /* the same in IPv6 */
	const struct subnet *subnet;
	bool forwards; /* guests get out through the host */
	bool ipv6;
	bool hostfwd; /* ports of the host are forwarded to guests */
	bool bridged; /* guests reach each other through a bridge that is filtered (br_netfilter) */
};

/* What the user asked for (--firewall). */
enum firewall_mode {
	FIREWALL_MODE_AUTO,  /* let guests' traffic pass, with rules of ours among theirs */
	FIREWALL_MODE_OWN,   /* leave others' rules alone; say what would be dropped */
	FIREWALL_MODE_PRINT, /* the same, but print only the commands */
};

enum firewall_remedy {
	FIREWALL_RULE,	 /* commands for nft */
	FIREWALL_LEGACY, /* commands for iptables-legacy (or ip6tables-legacy) */
	FIREWALL_ADVICE, /* uncertain, or deliberate: the user decides */
	/* Also for the user: firewalld's zones, which nobody else may change. */
	FIREWALL_ZONE,	      /* firewalld lacks our zone */
	FIREWALL_OTHER_ZONE,  /* the device is in another zone, which drops */
	FIREWALL_HIDDEN_ZONE, /* the device was put into another zone, but ours comes first */
};

struct firewall_finding {
	enum firewall_remedy remedy;
	bool ipv6;			      /* for legacy: which of the two programs */
	unsigned traffic;		      /* bits for what is dropped, see firewall_traffic.h */
	char chain[FIREWALL_CHAIN_MAX];	      /* "ip filter FORWARD"; "firewalld" for all of it */
	char commands[FIREWALL_COMMANDS_MAX]; /* one per line */
	char advice[FIREWALL_COMMANDS_MAX];   /* what a person types instead, on one line */
};
