/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules of iptables: those that iptables-legacy -S prints, in the form of libnftables'
 * JSON; and which chains of a ruleset are of either iptables.
 */
#pragma once

#include <stdbool.h>

struct json_t;

enum { FIREWALL_IPTABLES_LINE_MAX = 1024 }; /* bytes of a rule that are looked at */

/*
 * The ruleset of the two outputs of iptables-legacy -S and ip6tables-legacy -S; the handle of
 * a rule is its position in its chain. Freed by firewall_json_free().
 */
struct json_t *firewall_iptables_load(const char *ipv4, const char *ipv6);

/* Whether the ruleset is of firewall_iptables_load(). */
bool firewall_iptables_is_legacy(const struct json_t *ruleset);

/* Whether the chain is one that iptables, of either kind, looks at first. */
bool firewall_iptables_owns(const struct json_t *chain);

/* Cuts the next word off *rest, with quotes as iptables writes them. NULL at the end. */
char *firewall_iptables_word(char **rest);
