// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_walk.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "firewall_json.h"

/*
 * The kernel refuses more than 16 nested jumps (NFT_JUMP_STACK_SIZE); iptables-legacy has no such
 * limit. We do not go deeper than this, because our stack is finite.
 */
enum { FIREWALL_WALK_DEPTH_MAX = 256 };

enum firewall_walk_verdict {
	FIREWALL_WALK_ON,
	FIREWALL_WALK_RETURN,
	FIREWALL_WALK_ACCEPT,
	FIREWALL_WALK_DROP
};

/*
 * What happens to the packet in a chain, at a rule, or at a statement. It is independent of the
 * rules that led there, so it is the same wherever a chain is entered from.
 */
struct firewall_walk_end {
	enum firewall_walk_verdict verdict;
	const json_t *rule; /* the one that drops it */
	bool catch_all;	    /* and nothing was tested on the way to it */
	bool doubt;	    /* something we cannot evaluate might have accepted it */
};

/* Each chain is walked only once for a packet, however many rules lead to it. */
struct firewall_walk_chain {
	bool entered; /* from then on, end is valid; during the walk, it is empty */
	struct firewall_walk_end end;
};

struct firewall_walk_state {
	const json_t *ruleset;
	const struct firewall_probe *probe;
	struct firewall_walk_chain *chains; /* by number */
	unsigned depth;
	size_t visits; /* rules examined */
};

static struct firewall_walk_end firewall_walk_enter(struct firewall_walk_state *state,
						    const json_t *from, const char *name);

/* The name and the value of a statement: {"accept": null}. */
static const char *firewall_walk_read(const json_t *statement, const json_t **value)
{
	void *member = json_object_iter((json_t *)statement);

	*value = member ? json_object_iter_value(member) : NULL;
	return member ? json_object_iter_key(member) : "";
}

static struct firewall_walk_end firewall_walk_map(struct firewall_walk_state *state,
						  const json_t *rule, const json_t *map);

/* A statement's verdict; FIREWALL_WALK_ON if it decides nothing. */
static struct firewall_walk_end firewall_walk_decide(struct firewall_walk_state *state,
						     const json_t *rule, const json_t *statement)
{
	struct firewall_walk_end end = {.verdict = FIREWALL_WALK_ON};
	const json_t *value;
	const char *name = firewall_walk_read(statement, &value);

	/* A queue counts as accept: what its program decides is its own business. */
	if (strcmp(name, "accept") == 0 || strcmp(name, "queue") == 0) {
		end.verdict = FIREWALL_WALK_ACCEPT;
	} else if (strcmp(name, "return") == 0) {
		end.verdict = FIREWALL_WALK_RETURN;
	} else if (strcmp(name, "drop") == 0 || strcmp(name, "reject") == 0 ||
		   (strcmp(name, "xt") == 0 &&
		    strcmp(firewall_json_text(value, "name"), "REJECT") == 0)) {
		end = (struct firewall_walk_end){
			.verdict = FIREWALL_WALK_DROP, .rule = rule, .catch_all = true};
	} else if (strcmp(name, "jump") == 0) {
		end = firewall_walk_enter(state, rule, firewall_json_text(value, "target"));
	} else if (strcmp(name, "goto") == 0) {
		end = firewall_walk_enter(state, rule, firewall_json_text(value, "target"));
		if (end.verdict == FIREWALL_WALK_ON)
			end.verdict = FIREWALL_WALK_RETURN;
	} else if (strcmp(name, "vmap") == 0) {
		end = firewall_walk_map(state, rule, value);
	}
	return end;
}

/* The verdict of the first element whose key matches. */
static struct firewall_walk_end firewall_walk_map(struct firewall_walk_state *state,
						  const json_t *rule, const json_t *map)
{
	const json_t *pairs = json_object_get(json_object_get(map, "data"), "set");
	struct firewall_walk_end end = {.doubt = !pairs}; /* a named one */

	for (size_t i = 0; i < json_array_size(pairs) && end.verdict == FIREWALL_WALK_ON; i++) {
		const json_t *pair = json_array_get(pairs, i);
		bool doubt = end.doubt;

		if (firewall_probe_match(state->probe, json_object_get(map, "key"),
					 "==", json_array_get(pair, 0)) != FIREWALL_YES)
			continue;
		end = firewall_walk_decide(state, rule, json_array_get(pair, 1));
		end.catch_all = false;
		end.doubt = end.doubt || doubt;
	}
	return end;
}

/* For a statement that tests something, whether it holds; else FIREWALL_YES. */
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

static struct firewall_walk_end firewall_walk_rule(struct firewall_walk_state *state,
						   const json_t *rule)
{
	const json_t *statements = json_object_get(rule, "expr");
	struct firewall_walk_end end = {.verdict = FIREWALL_WALK_ON};
	bool unknown = false;
	bool tested = false;
	bool doubt = false;

	state->visits++;
	for (size_t i = 0; i < json_array_size(statements) && end.verdict == FIREWALL_WALK_ON;
	     i++) {
		const json_t *statement = json_array_get(statements, i);
		bool tests;
		enum firewall_match match = firewall_walk_test(state, statement, &tests);

		if (match == FIREWALL_NO)
			break;
		unknown = unknown || match == FIREWALL_UNKNOWN;
		tested = tested || tests;
		end = firewall_walk_decide(state, rule, statement);
		end.catch_all = end.catch_all && !tested;
		doubt = doubt || end.doubt || (unknown && end.verdict == FIREWALL_WALK_ACCEPT);
		/*
		 * A rule that we cannot fully evaluate counts as not matching, but that is in
		 * doubt.
		 */
		if (unknown)
			end.verdict = FIREWALL_WALK_ON;
	}
	end.doubt = doubt;
	return end;
}

static struct firewall_walk_end firewall_walk_chain(struct firewall_walk_state *state,
						    const json_t *rules)
{
	struct firewall_walk_end end = {.verdict = FIREWALL_WALK_ON};

	for (size_t i = 0; i < json_array_size(rules) && end.verdict == FIREWALL_WALK_ON; i++) {
		bool doubt = end.doubt;

		end = firewall_walk_rule(state, json_array_get(rules, i));
		end.doubt = end.doubt || doubt;
	}
	if (end.verdict == FIREWALL_WALK_RETURN)
		end.verdict = FIREWALL_WALK_ON;
	return end;
}

static struct firewall_walk_end firewall_walk_enter(struct firewall_walk_state *state,
						    const json_t *from, const char *name)
{
	struct firewall_walk_chain *chain;
	const json_t *rules;
	size_t number;

	/*
	 * ufw's chain that drops what is not sent to an address of ours; we cannot evaluate its
	 * tests.
	 */
	if (strcmp(name, "ufw-not-local") == 0)
		return (struct firewall_walk_end){.verdict = FIREWALL_WALK_ON};
	rules = firewall_json_numbered_rules(state->ruleset, from, name, &number);
	if (!rules)
		return (struct firewall_walk_end){.verdict = FIREWALL_WALK_ON};
	if (!state->chains || state->depth == FIREWALL_WALK_DEPTH_MAX)
		return (struct firewall_walk_end){.verdict = FIREWALL_WALK_ON, .doubt = true};
	chain = &state->chains[number];
	if (!chain->entered) {
		chain->entered = true;
		state->depth++;
		chain->end = firewall_walk_chain(state, rules);
		state->depth--;
	}
	return chain->end;
}

void firewall_walk(const json_t *ruleset, const json_t *chain, const struct firewall_probe *probe,
		   struct firewall_walk *walk)
{
	struct firewall_walk_state state = {
		.ruleset = ruleset,
		.probe = probe,
		.chains = calloc(firewall_json_chains(ruleset) + 1,
				 sizeof(struct firewall_walk_chain)),
	};
	struct firewall_walk_end end =
		firewall_walk_enter(&state, chain, firewall_json_text(chain, "name"));
	bool dropped = end.verdict == FIREWALL_WALK_DROP;

	*walk = (struct firewall_walk){.certain = !end.doubt, .visits = state.visits};
	walk->by_policy = end.verdict == FIREWALL_WALK_ON &&
			  strcmp(firewall_json_text(chain, "policy"), "drop") == 0;
	walk->dropped = dropped || walk->by_policy;
	walk->rule = dropped ? end.rule : NULL;
	walk->catch_all = dropped && end.catch_all;
	free(state.chains);
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
