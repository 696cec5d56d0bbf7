/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our rules among those of other firewalls: the commands that add and delete them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "firewall_finding.h"
#include "firewall_place.h"
#include "firewall_traffic.h"

enum { FIREWALL_RULE_COMMENT_MAX = 64 };

/* The comment that marks rules of ours: "vde_vmnet NAME". Returns text. */
const char *firewall_rule_comment(const char *name, char text[FIREWALL_RULE_COMMENT_MAX]);

/* Only names that need no quotes, and are not too long, may go into a command. */
bool firewall_rule_is_plain(const char *name);

/*
 * The command that adds a rule at the place to let the traffic pass: for nft, or for
 * iptables-legacy if the ruleset is its.
 */
void firewall_rule_format(const struct firewall_guests *guests,
			  const struct firewall_traffic *traffic,
			  const struct firewall_place *place, char *line, size_t size);

/*
 * Whether the place's chain already has a rule of ours for that packet: then something drops it
 * before that rule.
 */
bool firewall_rule_is_there(const struct firewall_place *place,
			    const struct firewall_guests *guests,
			    const struct firewall_probe *probe);

/*
 * Commands for nft that delete all rules with that comment; "" if there are none. Only whole
 * commands: false if they do not all fit into size.
 */
bool firewall_rule_format_delete(const struct json_t *ruleset, const char *comment, char *text,
				 size_t size);
