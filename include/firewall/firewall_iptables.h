/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules of iptables: turns those that iptables-legacy -S prints into libnftables' JSON, and
 * tells which chains of a ruleset belong to either iptables.
 */
#pragma once

#include <stdbool.h>

struct json_t;

enum { FIREWALL_IPTABLES_LINE_MAX = 1024 }; /* bytes of a rule that are read */

/*
 * The ruleset from the outputs of iptables-legacy -S and ip6tables-legacy -S. A rule's handle is
 * its position in its chain. Free it with firewall_json_free().
 */
struct json_t *firewall_iptables_load(const char *ipv4, const char *ipv6);

/* Whether the ruleset is from firewall_iptables_load(). */
bool firewall_iptables_is_legacy(const struct json_t *ruleset);

/* Whether the chain is a base chain of iptables, of either kind. */
bool firewall_iptables_owns(const struct json_t *chain);

/* Cuts the next word off *rest, with quotes as iptables writes them. NULL at the end. */
char *firewall_iptables_word(char **rest);
