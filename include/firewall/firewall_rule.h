/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our rules among those of other firewalls: what adds them, and what deletes them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "firewall_finding.h"
#include "firewall_place.h"
#include "firewall_traffic.h"

enum { FIREWALL_RULE_COMMENT_MAX = 64 };

/* The comment that marks rules of ours: "vde_vmnet NAME". Returns text. */
const char *firewall_rule_comment(const char *name, char text[FIREWALL_RULE_COMMENT_MAX]);

/* Only names that need no quoting, and are of a sane length, may become part of a command. */
bool firewall_rule_is_plain(const char *name);

/*
 * The command that adds a rule at the place, which lets the traffic pass: for nft, or, where
 * the ruleset is iptables-legacy's, for that.
 */
void firewall_rule_format(const struct firewall_guests *guests,
			  const struct firewall_traffic *traffic,
			  const struct firewall_place *place, char *line, size_t size);

/*
 * Whether a rule of ours for that packet is in the place's chain already: then something drops
 * it before.
 */
bool firewall_rule_is_there(const struct firewall_place *place,
			    const struct firewall_guests *guests,
			    const struct firewall_probe *probe);

/*
 * Commands for nft that delete every rule with that comment; "" where there is none.
 * Whole commands only: false where size has no room for all.
 */
bool firewall_rule_format_delete(const struct json_t *ruleset, const char *comment, char *text,
				 size_t size);
