/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's other firewalls: which of their chains would drop what guests send
 * and get, and what mends it. An accept in our own table is not final for
 * others. Pure: from a ruleset in libnftables' JSON to findings; the firewall*.c
 * are the only users of jansson.
 *
 * A few packets that stand for the guests' traffic walk through every base
 * chain. What a rule tests that we cannot tell (a mark, a set) counts as not
 * matching; where such a rule might have accepted, the finding is advice only.
 * So it is where a rule drops that was written for certain packets: that is
 * somebody's will, and ours to tell, not to change.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "subnet.h"

enum {
	FIREWALL_FINDINGS_MAX = 16,
	FIREWALL_CHAIN_MAX = 160,
	FIREWALL_COMMANDS_MAX = 4096,
	FIREWALL_COMMENT_MAX = 64,
};

struct json_t;

/* The network that is looked after. Names are checked by whoever made them. */
struct firewall_guests {
	const char *name;
	const char *device;
	const char *uplink;  /* the device of the default route, or "" */
	const char *uplink6; /* that of IPv6 */
	const struct subnet *subnet;
	bool forwards; /* guests get out through the host */
	bool ipv6;
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
	unsigned traffic;		      /* bits of what is dropped, see firewall_describe() */
	char chain[FIREWALL_CHAIN_MAX];	      /* "ip filter FORWARD"; "firewalld", all of it */
	char commands[FIREWALL_COMMANDS_MAX]; /* one a line */
	char advice[FIREWALL_COMMANDS_MAX];   /* what a person types instead, in one line */
};

/*
 * Finds the chains that drop. ruleset: from firewall_load() or
 * firewall_iptables_load(). Returns how many were found, at most
 * FIREWALL_FINDINGS_MAX.
 */
unsigned firewall_find(const struct json_t *ruleset, const struct firewall_guests *guests,
		       struct firewall_finding *findings);

/*
 * Reads a ruleset as of "nft -j list ruleset". NULL when it is none, or memory
 * is short. Freed by firewall_free().
 */
struct json_t *firewall_load(const char *json);

/*
 * The rules of all tables but ours, of the kernel by query(), which answers a
 * command of nft, both in JSON, until the next one. Freed by firewall_free(). NULL
 * when an answer is NULL, as when rules change meanwhile.
 *
 * By "list chains" and a "list table" each, never by "list ruleset": libnftables
 * 1.0.6 reads freed memory where it tells the flags of a table that has one, as ours.
 */
struct json_t *firewall_list(const char *(*query)(void *from, const char *command), void *from);

/* The same from the two outputs of iptables-legacy -S and ip6tables-legacy -S. */
struct json_t *firewall_iptables_load(const char *ipv4, const char *ipv6);

void firewall_free(struct json_t *ruleset);

/* What a finding's traffic is, for a person: "what guests send out, DHCP"; "" for none. */
void firewall_describe(unsigned traffic, char *text, size_t size);

/* The comment that marks rules of ours: "vde_vmnet NAME". */
const char *firewall_comment(const char *name, char text[FIREWALL_COMMENT_MAX]);

/*
 * Commands for nft that delete every rule with that comment; "" where there is none.
 * Whole commands only: false where size has no room for all.
 */
bool firewall_undo_commands(const struct json_t *ruleset, const char *comment, char *text,
			    size_t size);
