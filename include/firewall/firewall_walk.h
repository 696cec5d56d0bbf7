/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way of a packet through one base chain: what becomes of it, and where. */
#pragma once

#include <stdbool.h>

#include "firewall_probe.h"

struct firewall_walk {
	bool dropped;
	bool by_policy;		   /* nothing matched, and the policy is drop */
	bool certain;		   /* no rule that we cannot read might have accepted it */
	bool catch_all;		   /* the rule that drops it drops all that gets there */
	const struct json_t *rule; /* that drops it, unless by_policy */
};

/* chain: the "chain" object of a base chain; walk is filled. */
void firewall_walk(const struct json_t *ruleset, const struct json_t *chain,
		   const struct firewall_packet *packet, struct firewall_walk *walk);

/* Whether every match of a rule holds for the packet. */
bool firewall_walk_matches(const struct json_t *rule, const struct firewall_packet *packet);

/* firewall_load() without firewall_index(): for a part of a ruleset. */
struct json_t *firewall_parse(const char *json);

/*
 * Makes the chains' rules quick to find, once when a ruleset is loaded: packets walk
 * to the same chains again and again.
 */
void firewall_index(struct json_t *ruleset);

/* The rules of a chain of the table that in, a chain or a rule, is of; NULL: none. */
const struct json_t *firewall_rules(const struct json_t *ruleset, const struct json_t *in,
				    const char *chain);

/* A text member of an object, "" where there is none. */
const char *firewall_text(const struct json_t *object, const char *key);

/* Whether a chain or rule is in a table of an instance of ours: those are for their own devices. */
bool firewall_is_ours(const struct json_t *object);
