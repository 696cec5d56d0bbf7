/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet's path through one base chain: what happens to it, and where. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "firewall_probe.h"

struct firewall_walk {
	bool dropped;
	bool by_policy;		   /* nothing matched, and the policy is drop */
	bool certain;		   /* no rule that we cannot evaluate might have accepted it */
	bool catch_all;		   /* the rule that drops it drops everything that reaches it */
	const struct json_t *rule; /* the one that drops it, unless by_policy */
	size_t visits;		   /* rules examined, each at most once */
};

/*
 * chain: the "chain" object of a base chain. Fills in walk. The time grows with the number of rules
 * reachable from it, whatever jumps where. Without memory, nothing is certain.
 */
void firewall_walk(const struct json_t *ruleset, const struct json_t *chain,
		   const struct firewall_probe *probe, struct firewall_walk *walk);

/* Whether every match of a rule holds for the packet. */
bool firewall_walk_matches(const struct json_t *rule, const struct firewall_probe *probe);
