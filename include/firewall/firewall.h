/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's other firewalls: which of their chains would drop what guests send
 * and get, and what mends it. An accept in our own table is not final for
 * others. Pure: from a ruleset in libnftables' JSON to findings.
 *
 * A few packets that stand for the guests' traffic walk through every base
 * chain. What a rule tests that we cannot tell (a mark, a set) counts as not
 * matching; where such a rule might have accepted, the finding is advice only.
 * So it is where a rule drops that was written for certain packets: that is
 * somebody's will, and ours to tell, not to change.
 */
#pragma once

#include "firewall_finding.h"

struct json_t;

/*
 * Finds the chains that drop. ruleset: of firewall_list(), firewall_json_load() or
 * firewall_iptables_load(). findings: room for FIREWALL_FINDINGS_MAX. Returns how many were
 * found.
 */
unsigned firewall_find(const struct json_t *ruleset, const struct firewall_guests *guests,
		       struct firewall_finding *findings);
