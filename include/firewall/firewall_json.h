/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules in libnftables' JSON, see libnftables-json(5). Only the firewall*.c use jansson. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct json_t;

/*
 * Reads a ruleset, as from "nft -j list ruleset", for searching. NULL if it is invalid or there is
 * no memory. Free it with firewall_json_free().
 */
struct json_t *firewall_json_load(const char *json);

/* The same, but without firewall_json_index(): for part of a ruleset. */
struct json_t *firewall_json_parse(const char *json);

/* Takes NULL. */
void firewall_json_free(struct json_t *ruleset);

/*
 * Makes a chain's rules quick to find. Done once when a ruleset is loaded, because the same chains
 * are walked again and again.
 */
void firewall_json_index(struct json_t *ruleset);

/*
 * The rules of a chain, an array that belongs to the ruleset; NULL: none. The chain is in the table
 * of in, which is a chain or a rule.
 */
const struct json_t *firewall_json_rules(const struct json_t *ruleset, const struct json_t *in,
					 const char *chain);

/*
 * The same, with the chain's number, to index an array of firewall_json_chains() entries, one for
 * each chain that has rules.
 */
const struct json_t *firewall_json_numbered_rules(const struct json_t *ruleset,
						  const struct json_t *in, const char *chain,
						  size_t *number);
size_t firewall_json_chains(const struct json_t *ruleset);

/* Whether a rule jumps to this chain, in the table of in, which is a chain or a rule. */
bool firewall_json_is_jumped_to(const struct json_t *ruleset, const struct json_t *in,
				const char *chain);

/* A string member of an object, or "". It belongs to the object. */
const char *firewall_json_text(const struct json_t *object, const char *key);

/*
 * Whether a chain or rule is in the table of one of our instances: those rules only concern their
 * own devices.
 */
bool firewall_json_is_ours(const struct json_t *object);
