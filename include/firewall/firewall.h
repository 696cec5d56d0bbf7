/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's other firewalls: which of their chains would drop what guests send or receive, and how
 * to fix that. An accept in our own table does not overrule other tables. Pure: from a ruleset in
 * libnftables' JSON to findings.
 *
 * A few packets that stand for the guests' traffic walk through every base chain. A test that we
 * cannot evaluate (a mark, a set) counts as not matching; if such a rule might have accepted the
 * packet, the finding is only advice. The same goes for a rule that drops particular packets:
 * somebody wanted that, so we report it and change nothing.
 */
#pragma once

#include "firewall_finding.h"

struct json_t;

/*
 * Finds the chains that drop. ruleset comes from firewall_list(), firewall_json_load() or
 * firewall_iptables_load(). findings has room for FIREWALL_FINDINGS_MAX. Returns how many were
 * found.
 */
unsigned firewall_find(const struct json_t *ruleset, const struct firewall_guests *guests,
		       struct firewall_finding *findings);
