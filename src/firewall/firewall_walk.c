// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_walk.h"

#include <jansson.h>
#include <string.h>

#include "firewall_json.h"

enum { FIREWALL_WALK_DEPTH_MAX = 16 }; /* the kernel's own limit of jumps, NFT_JUMP_STACK_SIZE */

enum firewall_walk_verdict {
	FIREWALL_WALK_ON,
	FIREWALL_WALK_RETURN,
	FIREWALL_WALK_ACCEPT,
	FIREWALL_WALK_DROP
};

struct firewall_walk_state {
	const json_t *ruleset;
	const struct firewall_probe *probe;
	struct firewall_walk *walk;
	unsigned depth;
	unsigned conditions; /* that hold, of the rules that led here */
};

static enum firewall_walk_verdict firewall_walk_chain(struct firewall_walk_state *state,
						      const json_t *from, const char *chain);

/* The name and the value of a statement: {"accept": null}. */
static const char *firewall_walk_read(const json_t *statement, const json_t **value)
{
	void *member = json_object_iter((json_t *)statement);

	*value = member ? json_object_iter_value(member) : NULL;
	return member ? json_object_iter_key(member) : "";
}

/* What a statement decides; FIREWALL_WALK_ON for one that decides nothing. */
static enum firewall_walk_verdict firewall_walk_decide(struct firewall_walk_state *state,
						       const json_t *rule, const json_t *statement)
{
	const json_t *value;
	const char *name = firewall_walk_read(statement, &value);

	/* What a program at a queue decides is its own matter. */
	if (strcmp(name, "accept") == 0 || strcmp(name, "queue") == 0)
		return FIREWALL_WALK_ACCEPT;
	if (strcmp(name, "return") == 0)
		return FIREWALL_WALK_RETURN;
	if (strcmp(name, "drop") == 0 || strcmp(name, "reject") == 0 ||
	    (strcmp(name, "xt") == 0 && strcmp(firewall_json_text(value, "name"), "REJECT") == 0)) {
		state->walk->rule = rule;
		state->walk->catch_all = state->conditions == 0;
		return FIREWALL_WALK_DROP;
	}
	if (strcmp(name, "jump") == 0)
		return firewall_walk_chain(state, rule, firewall_json_text(value, "target"));
	if (strcmp(name, "goto") == 0) {
		enum firewall_walk_verdict verdict =
			firewall_walk_chain(state, rule, firewall_json_text(value, "target"));

		return verdict == FIREWALL_WALK_ON ? FIREWALL_WALK_RETURN : verdict;
	}
	return FIREWALL_WALK_ON;
}

/* The verdict of the first element whose key holds. */
static enum firewall_walk_verdict firewall_walk_map(struct firewall_walk_state *state,
						    const json_t *rule, const json_t *map)
{
	const json_t *pairs = json_object_get(json_object_get(map, "data"), "set");
	enum firewall_walk_verdict verdict = FIREWALL_WALK_ON;

	for (size_t i = 0; i < json_array_size(pairs) && verdict == FIREWALL_WALK_ON; i++) {
		const json_t *pair = json_array_get(pairs, i);

		if (firewall_probe_match(state->probe, json_object_get(map, "key"),
					 "==", json_array_get(pair, 0)) != FIREWALL_YES)
			continue;
		state->conditions++;
		verdict = firewall_walk_decide(state, rule, json_array_get(pair, 1));
		state->conditions--;
	}
	if (!pairs) /* a named one */
		state->walk->certain = false;
	return verdict;
}

/* Whether the statement holds, for one that tests something; else FIREWALL_YES. */
static enum firewall_match firewall_walk_test(const struct firewall_walk_state *state,
					      const json_t *statement, bool *tests)
{
	const json_t *value;
	const char *name = firewall_walk_read(statement, &value);

	*tests = strcmp(name, "match") == 0;
	if (*tests)
		return firewall_probe_match(state->probe, json_object_get(value, "left"),
					    firewall_json_text(value, "op"),
					    json_object_get(value, "right"));
	if ((strcmp(name, "xt") == 0 && strcmp(firewall_json_text(value, "type"), "target") != 0) ||
	    strcmp(name, "limit") == 0 || strcmp(name, "quota") == 0 ||
	    strcmp(name, "ct count") == 0)
		return FIREWALL_UNKNOWN;
	return FIREWALL_YES;
}

/* A rule that we cannot read in full: does not match, but what if it did? */
static void firewall_walk_doubt(struct firewall_walk_state *state, const json_t *rule,
				const json_t *statement)
{
	struct firewall_walk kept = *state->walk;

	if (firewall_walk_decide(state, rule, statement) == FIREWALL_WALK_ACCEPT)
		kept.certain = false;
	*state->walk = kept;
}

static enum firewall_walk_verdict firewall_walk_rule(struct firewall_walk_state *state,
						     const json_t *rule)
{
	const json_t *statements = json_object_get(rule, "expr");
	enum firewall_walk_verdict verdict = FIREWALL_WALK_ON;
	unsigned conditions = 0;
	bool unknown = false;

	for (size_t i = 0; i < json_array_size(statements) && verdict == FIREWALL_WALK_ON; i++) {
		const json_t *statement = json_array_get(statements, i);
		bool tests;
		enum firewall_match match = firewall_walk_test(state, statement, &tests);

		if (match == FIREWALL_NO)
			break;
		unknown = unknown || match == FIREWALL_UNKNOWN;
		conditions += tests;
		state->conditions += tests;
		if (unknown)
			firewall_walk_doubt(state, rule, statement);
		else if (json_object_get(statement, "vmap"))
			verdict =
				firewall_walk_map(state, rule, json_object_get(statement, "vmap"));
		else
			verdict = firewall_walk_decide(state, rule, statement);
	}
	state->conditions -= conditions;
	return verdict;
}

static enum firewall_walk_verdict firewall_walk_chain(struct firewall_walk_state *state,
						      const json_t *from, const char *chain)
{
	const json_t *rules = firewall_json_rules(state->ruleset, from, chain);
	enum firewall_walk_verdict verdict = FIREWALL_WALK_ON;

	/* ufw's drops there what is sent to no address of ours; its tests cannot be read. */
	if (state->depth == FIREWALL_WALK_DEPTH_MAX || strcmp(chain, "ufw-not-local") == 0)
		return FIREWALL_WALK_ON;
	state->depth++;
	for (size_t i = 0; i < json_array_size(rules) && verdict == FIREWALL_WALK_ON; i++)
		verdict = firewall_walk_rule(state, json_array_get(rules, i));
	state->depth--;
	return verdict == FIREWALL_WALK_RETURN ? FIREWALL_WALK_ON : verdict;
}

void firewall_walk(const json_t *ruleset, const json_t *chain, const struct firewall_probe *probe,
		   struct firewall_walk *walk)
{
	struct firewall_walk_state state = {.ruleset = ruleset, .probe = probe, .walk = walk};
	enum firewall_walk_verdict verdict;

	*walk = (struct firewall_walk){.certain = true};
	verdict = firewall_walk_chain(&state, chain, firewall_json_text(chain, "name"));
	walk->by_policy = verdict == FIREWALL_WALK_ON &&
			  strcmp(firewall_json_text(chain, "policy"), "drop") == 0;
	walk->dropped = verdict == FIREWALL_WALK_DROP || walk->by_policy;
}

bool firewall_walk_matches(const json_t *rule, const struct firewall_probe *probe)
{
	const struct firewall_walk_state state = {.probe = probe};
	const json_t *statements = json_object_get(rule, "expr");

	for (size_t i = 0; i < json_array_size(statements); i++) {
		bool tests;

		if (firewall_walk_test(&state, json_array_get(statements, i), &tests) !=
		    FIREWALL_YES)
			return false;
	}
	return true;
}
