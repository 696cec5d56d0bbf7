/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way of a packet through one base chain: what becomes of it, and where. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "firewall_probe.h"

struct firewall_walk {
	bool dropped;
	bool by_policy;		   /* nothing matched, and the policy is drop */
	bool certain;		   /* no rule that we cannot read might have accepted it */
	bool catch_all;		   /* the rule that drops it drops all that gets there */
	const struct json_t *rule; /* that drops it, unless by_policy */
	size_t visits;		   /* rules that were looked at, each at most once */
};

/*
 * chain: the "chain" object of a base chain; walk is filled. It takes as long as the rules that
 * can be reached from it are many, whatever jumps where. Without memory nothing is certain.
 */
void firewall_walk(const struct json_t *ruleset, const struct json_t *chain,
		   const struct firewall_probe *probe, struct firewall_walk *walk);

/* Whether every match of a rule holds for the packet. */
bool firewall_walk_matches(const struct json_t *rule, const struct firewall_probe *probe);
