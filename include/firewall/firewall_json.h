/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules as libnftables' JSON has them, see libnftables-json(5). The firewall*.c are the only
 * users of jansson.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct json_t;

/*
 * Reads a ruleset as of "nft -j list ruleset", to look for rules in. NULL when it is none, or
 * memory is short. Freed by firewall_json_free().
 */
struct json_t *firewall_json_load(const char *json);

/* The same without firewall_json_index(): for a part of a ruleset. */
struct json_t *firewall_json_parse(const char *json);

/* Takes NULL. */
void firewall_json_free(struct json_t *ruleset);

/*
 * Makes the chains' rules quick to find, once when a ruleset is loaded: the same chains are
 * walked through again and again.
 */
void firewall_json_index(struct json_t *ruleset);

/*
 * The rules of a chain, an array, of the table that in, a chain or a rule, belongs to. The
 * ruleset's; NULL: none.
 */
const struct json_t *firewall_json_rules(const struct json_t *ruleset, const struct json_t *in,
					 const char *chain);

/*
 * The same, and the chain's number, for what one keeps of chains: below firewall_json_chains(),
 * how many of them have rules.
 */
const struct json_t *firewall_json_numbered_rules(const struct json_t *ruleset,
						  const struct json_t *in, const char *chain,
						  size_t *number);
size_t firewall_json_chains(const struct json_t *ruleset);

/* Whether a rule jumps to a chain of the table that in, a chain or a rule, belongs to. */
bool firewall_json_is_jumped_to(const struct json_t *ruleset, const struct json_t *in,
				const char *chain);

/* A text member of an object, "" where there is none. The object's. */
const char *firewall_json_text(const struct json_t *object, const char *key);

/* Whether a chain or rule is in a table of an instance of ours: those are for their own devices. */
bool firewall_json_is_ours(const struct json_t *object);
