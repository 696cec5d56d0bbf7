// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_walk.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum {
	WALK_DEPTH_MAX = 16, /* the kernel's own limit of jumps, NFT_JUMP_STACK_SIZE */
	WALK_KEY_MAX = 640,  /* names of tables and chains have at most 255 characters */
};

enum walk_verdict { WALK_ON, WALK_RETURN, WALK_ACCEPT, WALK_DROP };

struct walk_state {
	const json_t *ruleset;
	const struct firewall_packet *packet;
	struct firewall_walk *walk;
	unsigned depth;
	unsigned conditions; /* that hold, of the rules that led here */
};

const char *firewall_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

bool firewall_is_ours(const json_t *object)
{
	return strncmp(firewall_text(object, "table"), "vde_vmnet-", strlen("vde_vmnet-")) == 0;
}

static void walk_key(const json_t *in, const char *chain, char key[WALK_KEY_MAX])
{
	snprintf(key, WALK_KEY_MAX, "%s %s %s", firewall_text(in, "family"),
		 firewall_text(in, "table"), chain);
}

void firewall_index(json_t *ruleset)
{
	const json_t *all = json_object_get(ruleset, "nftables");
	json_t *index = json_object();

	for (size_t i = 0; i < json_array_size(all); i++) {
		json_t *rule = json_object_get(json_array_get(all, i), "rule");
		char key[WALK_KEY_MAX];

		if (!rule)
			continue;
		walk_key(rule, firewall_text(rule, "chain"), key);
		if (!json_object_get(index, key))
			json_object_set_new(index, key, json_array());
		json_array_append(json_object_get(index, key), rule);
	}
	json_object_set_new(ruleset, "index", index);
}

const json_t *firewall_rules(const json_t *ruleset, const json_t *in, const char *chain)
{
	char key[WALK_KEY_MAX];

	walk_key(in, chain, key);
	return json_object_get(json_object_get(ruleset, "index"), key);
}

static enum walk_verdict walk_chain(struct walk_state *state, const json_t *from,
				    const char *chain);

/* The name and the value of a statement: {"accept": null}. */
static const char *walk_read(const json_t *statement, const json_t **value)
{
	void *member = json_object_iter((json_t *)statement);

	*value = member ? json_object_iter_value(member) : NULL;
	return member ? json_object_iter_key(member) : "";
}

/* What a statement decides; WALK_ON for one that decides nothing. */
static enum walk_verdict walk_verdict(struct walk_state *state, const json_t *rule,
				      const json_t *statement)
{
	const json_t *value;
	const char *name = walk_read(statement, &value);

	if (strcmp(name, "accept") == 0 || strcmp(name, "queue") == 0)
		return WALK_ACCEPT; /* what a program at a queue decides is its own matter */
	if (strcmp(name, "return") == 0)
		return WALK_RETURN;
	if (strcmp(name, "drop") == 0 || strcmp(name, "reject") == 0 ||
	    (strcmp(name, "xt") == 0 && strcmp(firewall_text(value, "name"), "REJECT") == 0)) {
		state->walk->rule = rule;
		state->walk->catch_all = state->conditions == 0;
		return WALK_DROP;
	}
	if (strcmp(name, "jump") == 0)
		return walk_chain(state, rule, firewall_text(value, "target"));
	if (strcmp(name, "goto") == 0) {
		enum walk_verdict verdict = walk_chain(state, rule, firewall_text(value, "target"));

		return verdict == WALK_ON ? WALK_RETURN : verdict;
	}
	return WALK_ON;
}

/* The verdict of the first element whose key holds. */
static enum walk_verdict walk_map(struct walk_state *state, const json_t *rule, const json_t *map)
{
	const json_t *pairs = json_object_get(json_object_get(map, "data"), "set");
	enum walk_verdict verdict = WALK_ON;

	for (size_t i = 0; i < json_array_size(pairs) && verdict == WALK_ON; i++) {
		const json_t *pair = json_array_get(pairs, i);

		if (firewall_packet_match(state->packet, json_object_get(map, "key"),
					  "==", json_array_get(pair, 0)) != FIREWALL_YES)
			continue;
		state->conditions++;
		verdict = walk_verdict(state, rule, json_array_get(pair, 1));
		state->conditions--;
	}
	if (!pairs) /* a named one */
		state->walk->certain = false;
	return verdict;
}

/* Whether the statement holds, for one that tests something; else FIREWALL_YES. */
static enum firewall_match walk_test(const struct walk_state *state, const json_t *statement,
				     bool *tests)
{
	const json_t *value;
	const char *name = walk_read(statement, &value);

	*tests = strcmp(name, "match") == 0;
	if (*tests)
		return firewall_packet_match(state->packet, json_object_get(value, "left"),
					     firewall_text(value, "op"),
					     json_object_get(value, "right"));
	if ((strcmp(name, "xt") == 0 && strcmp(firewall_text(value, "type"), "target") != 0) ||
	    strcmp(name, "limit") == 0 || strcmp(name, "quota") == 0 ||
	    strcmp(name, "ct count") == 0)
		return FIREWALL_UNKNOWN;
	return FIREWALL_YES;
}

/* A rule that we cannot read in full: does not match, but what if it did? */
static void walk_doubt(struct walk_state *state, const json_t *rule, const json_t *statement)
{
	struct firewall_walk kept = *state->walk;

	if (walk_verdict(state, rule, statement) == WALK_ACCEPT)
		kept.certain = false;
	*state->walk = kept;
}

static enum walk_verdict walk_rule(struct walk_state *state, const json_t *rule)
{
	const json_t *statements = json_object_get(rule, "expr");
	enum walk_verdict verdict = WALK_ON;
	unsigned conditions = 0;
	bool unknown = false;

	for (size_t i = 0; i < json_array_size(statements) && verdict == WALK_ON; i++) {
		const json_t *statement = json_array_get(statements, i);
		bool tests;
		enum firewall_match match = walk_test(state, statement, &tests);

		if (match == FIREWALL_NO)
			break;
		unknown = unknown || match == FIREWALL_UNKNOWN;
		conditions += tests;
		state->conditions += tests;
		if (unknown)
			walk_doubt(state, rule, statement);
		else if (json_object_get(statement, "vmap"))
			verdict = walk_map(state, rule, json_object_get(statement, "vmap"));
		else
			verdict = walk_verdict(state, rule, statement);
	}
	state->conditions -= conditions;
	return verdict;
}

static enum walk_verdict walk_chain(struct walk_state *state, const json_t *from, const char *chain)
{
	const json_t *rules = firewall_rules(state->ruleset, from, chain);
	enum walk_verdict verdict = WALK_ON;

	/* ufw's drops there what is sent to no address of ours; its tests cannot be read. */
	if (state->depth == WALK_DEPTH_MAX || strcmp(chain, "ufw-not-local") == 0)
		return WALK_ON;
	state->depth++;
	for (size_t i = 0; i < json_array_size(rules) && verdict == WALK_ON; i++)
		verdict = walk_rule(state, json_array_get(rules, i));
	state->depth--;
	return verdict == WALK_RETURN ? WALK_ON : verdict;
}

void firewall_walk(const json_t *ruleset, const json_t *chain, const struct firewall_packet *packet,
		   struct firewall_walk *walk)
{
	struct walk_state state = {.ruleset = ruleset, .packet = packet, .walk = walk};
	enum walk_verdict verdict;

	*walk = (struct firewall_walk){.certain = true};
	verdict = walk_chain(&state, chain, firewall_text(chain, "name"));
	walk->by_policy = verdict == WALK_ON && strcmp(firewall_text(chain, "policy"), "drop") == 0;
	walk->dropped = verdict == WALK_DROP || walk->by_policy;
}

bool firewall_walk_matches(const json_t *rule, const struct firewall_packet *packet)
{
	const struct walk_state state = {.packet = packet};
	const json_t *statements = json_object_get(rule, "expr");

	for (size_t i = 0; i < json_array_size(statements); i++) {
		bool tests;

		if (walk_test(&state, json_array_get(statements, i), &tests) != FIREWALL_YES)
			return false;
	}
	return true;
}
