/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose traffic is looked after, and what is found to drop it. */
#pragma once

#include <stdbool.h>

#include "subnet.h"

enum {
	FIREWALL_FINDINGS_MAX = 16,
	FIREWALL_CHAIN_MAX = 160,
	FIREWALL_COMMANDS_MAX = 4096,
};

/* The network that is looked after. Names are checked by whoever made them. */
struct firewall_guests {
	const char *name;
	const char *device;
	const char *uplink;  /* the device of the default route, or "" */
	const char *uplink6; /* that of IPv6 */
	const struct subnet *subnet;
	bool forwards; /* guests get out through the host */
	bool ipv6;
	bool hostfwd; /* ports of the host lead to guests */
	bool bridged; /* guests reach each other by a bridge that is filtered (br_netfilter) */
};

/* What the user asked for (--firewall). */
enum firewall_mode {
	FIREWALL_MODE_AUTO,  /* let guests' traffic pass, by rules of ours among theirs */
	FIREWALL_MODE_OWN,   /* touch nothing of others; say what would be dropped */
	FIREWALL_MODE_PRINT, /* the same, as the commands alone */
};

enum firewall_remedy {
	FIREWALL_RULE,	 /* commands, for nft */
	FIREWALL_LEGACY, /* commands, for iptables-legacy (or ip6tables-legacy) */
	FIREWALL_ADVICE, /* not certain, or deliberate: for the user to decide */
	/* For the user, too: of firewalld's zones, which nobody else may change. */
	FIREWALL_ZONE,	      /* it does not have ours */
	FIREWALL_OTHER_ZONE,  /* the device is in another one, which drops */
	FIREWALL_HIDDEN_ZONE, /* the device was put into another one, but ours comes first */
};

struct firewall_finding {
	enum firewall_remedy remedy;
	bool ipv6;			      /* legacy: which of the two programs */
	unsigned traffic;		      /* bits of what is dropped, see firewall_traffic.h */
	char chain[FIREWALL_CHAIN_MAX];	      /* "ip filter FORWARD"; "firewalld", all of it */
	char commands[FIREWALL_COMMANDS_MAX]; /* one a line */
	char advice[FIREWALL_COMMANDS_MAX];   /* what a person types instead, in one line */
};
