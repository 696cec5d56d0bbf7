// SPDX-License-Identifier: GPL-2.0-or-later
/* A packet's way through chains: long, deep and tangled ones, and beside a model that forgets. */
#include "firewall_walk.h"

#include <stdarg.h>

#include "firewall_json.h"

#include <jansson.h>

#include "unit.h"

static const struct firewall_probe probes[] = {
	{.hook = "forward", .iif = "vmnet-shared", .oif = "up0", .state = "new", .type = "unicast"},
	{.hook = "forward", .iif = "up0", .oif = "vmnet-shared", .state = "new", .type = "unicast"},
};

/* JSON that grows. */
static FILE *stream;
static char *text;
static size_t size;

static void begin(void)
{
	stream = open_memstream(&text, &size);
	ck_assert_ptr_nonnull(stream);
}

static void __attribute__((format(printf, 1, 2))) put(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stream, format, args);
	va_end(args);
}

static void put_base(const char *name, const char *policy)
{
	put("{\"nftables\":[{\"chain\":{\"family\":\"ip\",\"table\":\"t\",\"name\":\"%s\","
	    "\"type\":\"filter\",\"hook\":\"forward\",\"policy\":\"%s\"}}",
	    name, policy);
}

static void put_rule(const char *table, int chain, int handle)
{
	put(",{\"rule\":{\"family\":\"ip\",\"table\":\"%s\",\"chain\":\"c%d\",\"handle\":%d,"
	    "\"expr\":[",
	    table, chain, handle);
}

static json_t *load(void)
{
	json_t *ruleset;

	put("]}");
	fclose(stream);
	ruleset = firewall_json_load(text);
	ck_assert_msg(ruleset != NULL, "%s", text);
	free(text);
	return ruleset;
}

static const json_t *base_of(const json_t *ruleset)
{
	return json_object_get(json_array_get(json_object_get(ruleset, "nftables"), 0), "chain");
}

/* Chains, of which so many are as deep as each other, and the rules of each. */
static const struct {
	int chains;
	int level;
	int rules;
} tangles[] = {
	{100, 5, 100},	 /* 10 000 rules, 20 deep, 100 to the power of 19 ways */
	{3000, 200, 12}, /* more chains than one would have places for */
};

/* Each rule goes on to a chain of the next level. */
START_TEST(each_rule_is_looked_at_once)
{
	const int chains = tangles[_i].chains, level = tangles[_i].level, rules = tangles[_i].rules;
	struct firewall_walk walk;
	json_t *ruleset;

	begin();
	put_base("c0", "drop");
	for (int chain = 0; chain < chains; chain++) {
		for (int rule = 0; rule < rules; rule++) {
			int next = (chain / level + 1) * level + (rule * 7 + chain) % level;

			put_rule("t", chain, rule);
			if (next < chains)
				put("{\"%s\":{\"target\":\"c%d\"}}]}}",
				    rule == rules - 1 ? "goto" : "jump", next);
			else
				put("{\"counter\":null}]}}");
		}
	}
	ruleset = load();
	for (int i = 0; i < UNIT_COUNT(probes); i++) {
		firewall_walk(ruleset, base_of(ruleset), &probes[i], &walk);
		ck_assert_uint_le(walk.visits, chains * rules);
		ck_assert_uint_gt(walk.visits, chains * rules / 3); /* that many are led to */
		ck_assert(walk.dropped && walk.by_policy && walk.certain);
	}
	firewall_json_free(ruleset);
}
END_TEST

/* Each chain jumps to the next; the last one decides. */
static void walk_chains(int n, struct firewall_walk *walk)
{
	json_t *ruleset;

	begin();
	put_base("c0", "drop");
	for (int chain = 0; chain < n - 1; chain++) {
		put_rule("t", chain, 1);
		put("{\"jump\":{\"target\":\"c%d\"}}]}}", chain + 1);
	}
	put_rule("t", n - 1, 1);
	put("{\"accept\":null}]}}");
	ruleset = load();
	firewall_walk(ruleset, base_of(ruleset), &probes[0], walk);
	firewall_json_free(ruleset);
}

/* As iptables-legacy's may be; the kernel's 16 are less. */
static const int depths[] = {1, 2, 17, 20, 255, 256};

START_TEST(a_deep_chain_is_reached)
{
	struct firewall_walk walk;

	walk_chains(depths[_i], &walk);
	ck_assert_uint_eq(walk.visits, depths[_i]);
	ck_assert(!walk.dropped);
}
END_TEST

/* A stack that overflows would be ours. */
static const int abysses[] = {257, 1000, 50000};

START_TEST(what_is_too_deep_is_not_certain)
{
	struct firewall_walk walk;

	walk_chains(abysses[_i], &walk);
	ck_assert_uint_eq(walk.visits, 256);
	ck_assert(walk.dropped && walk.by_policy && !walk.certain);
}
END_TEST

/* No kernel has such; what says that it has does not hold us up. */
START_TEST(chains_that_lead_to_themselves)
{
	struct firewall_walk walk;
	json_t *ruleset;

	begin();
	put_base("c0", "drop");
	for (int chain = 0; chain < 30; chain++) {
		for (int next = 0; next < 30; next++) {
			put_rule("t", chain, next);
			put("{\"%s\":{\"target\":\"c%d\"}}]}}", next == 29 && _i ? "goto" : "jump",
			    (chain + next) % 30);
		}
	}
	ruleset = load();
	firewall_walk(ruleset, base_of(ruleset), &probes[0], &walk);
	ck_assert_uint_le(walk.visits, 30 * 30);
	ck_assert(walk.dropped && walk.by_policy);
	firewall_json_free(ruleset);
}
END_TEST

/* Chains of one name: each is its table's own. */
START_TEST(a_chain_belongs_to_its_table)
{
	struct firewall_walk walk;
	json_t *ruleset;

	begin();
	put_base("c0", "accept");
	put_rule("t", 0, 1);
	put("{\"jump\":{\"target\":\"c1\"}}]}}");
	put_rule("u", 1, 2);
	put("{\"accept\":null}]}}");
	put_rule("t", 1, 3);
	put("{\"drop\":null}]}}");
	ruleset = load();
	firewall_walk(ruleset, base_of(ruleset), &probes[0], &walk);
	ck_assert(walk.dropped && !walk.by_policy && walk.certain && walk.catch_all);
	ck_assert_int_eq(json_integer_value(json_object_get(walk.rule, "handle")), 3);
	firewall_json_free(ruleset);
}
END_TEST

/* ---- random chains, beside a model --------------------------------------------- */

enum { CHAINS = 6, RULES = 4 };
enum condition { NONE, OUT, BACK, UNKNOWN, CONDITIONS }; /* OUT holds for probe 0, BACK for 1 */
enum action { NOTHING, ACCEPT, DROP, RETURN, JUMP, GOTO, MAP_JUMP, ACTIONS };

static const char *const conditions[CONDITIONS] = {
	"",
	("{\"match\":{\"op\":\"==\",\"left\":{\"meta\":{\"key\":\"iifname\"}},\"right\":\"vmnet-"
	 "shared\"}},"),
	"{\"match\":{\"op\":\"==\",\"left\":{\"meta\":{\"key\":\"iifname\"}},\"right\":\"up0\"}},",
	"{\"match\":{\"op\":\"==\",\"left\":{\"meta\":{\"key\":\"mark\"}},\"right\":7}},",
};
static const char *const actions[ACTIONS] = {
	"{\"counter\":null}",
	"{\"accept\":null}",
	"{\"drop\":null}",
	"{\"return\":null}",
	"{\"jump\":{\"target\":\"c%d\"}}",
	"{\"goto\":{\"target\":\"c%d\"}}",
	("{\"vmap\":{\"key\":{\"ct\":{\"key\":\"state\"}},\"data\":{\"set\":[[\"new\",{\"jump\":{"
	 "\"target\":\"c%d\"}}]]}}}"),
};

static struct {
	enum condition condition;
	enum action action;
	int target;
} model[CHAINS][RULES];

struct outcome {
	int handle; /* of the rule that drops it */
	bool catch_all;
	bool certain;
};

/* Walks again whatever it is led to, with all that led there. */
static enum action follow(int chain, int probe, bool tested, struct outcome *outcome)
{
	for (int i = 0; i < RULES; i++) {
		enum condition condition = model[chain][i].condition;
		enum action action = model[chain][i].action;
		bool test = tested || condition != NONE || action == MAP_JUMP;
		struct outcome kept = *outcome;

		if (condition == (probe == 0 ? BACK : OUT))
			continue;
		if (action == JUMP || action == GOTO || action == MAP_JUMP) {
			bool goes = action == GOTO;

			action = follow(model[chain][i].target, probe, test, outcome);
			if (action == NOTHING && goes)
				action = RETURN;
		} else if (action == DROP) {
			outcome->handle = chain * RULES + i;
			outcome->catch_all = !test;
		}
		if (condition == UNKNOWN) {
			kept.certain = kept.certain && outcome->certain && action != ACCEPT;
			*outcome = kept;
		} else if (action != NOTHING) {
			return action == RETURN ? NOTHING : action;
		}
	}
	return NOTHING;
}

static json_t *make_random(bool policy)
{
	begin();
	put_base("c0", policy ? "drop" : "accept");
	for (int chain = 0; chain < CHAINS; chain++) {
		for (int i = 0; i < RULES; i++) {
			int below = CHAINS - 1 - chain;

			model[chain][i].condition = (enum condition)(rand() % CONDITIONS);
			model[chain][i].action = (enum action)(rand() % (below ? ACTIONS : JUMP));
			/* Whatever is there is reached more than once. */
			if (below && rand() % 3)
				model[chain][i].action = rand() % 4 ? JUMP : GOTO;
			model[chain][i].target = below ? chain + 1 + rand() % below : 0;
			put_rule("t", chain, chain * RULES + i);
			put("%s", conditions[model[chain][i].condition]);
			put(actions[model[chain][i].action], model[chain][i].target);
			put("]}}");
		}
	}
	return load();
}

START_TEST(what_is_remembered_is_what_would_be_found_again)
{
	unsigned dropped = 0, accepted = 0;

	srand(1);
	for (int i = 0; i < 2000; i++) {
		bool policy = rand() % 2;
		json_t *ruleset = make_random(policy);

		for (int probe = 0; probe < UNIT_COUNT(probes); probe++) {
			struct outcome outcome = {.certain = true};
			enum action end = follow(0, probe, false, &outcome);
			struct firewall_walk walk;

			firewall_walk(ruleset, base_of(ruleset), &probes[probe], &walk);
			ck_assert_uint_le(walk.visits, CHAINS * RULES);
			ck_assert_int_eq(walk.dropped, end == DROP || (end == NOTHING && policy));
			ck_assert_int_eq(walk.by_policy, end == NOTHING && policy);
			ck_assert_int_eq(walk.certain, outcome.certain);
			dropped += end == DROP;
			accepted += end == ACCEPT;
			if (end != DROP)
				continue;
			ck_assert_int_eq(walk.catch_all, outcome.catch_all);
			ck_assert_int_eq(json_integer_value(json_object_get(walk.rule, "handle")),
					 outcome.handle);
		}
		firewall_json_free(ruleset);
	}
	ck_assert_uint_gt(dropped, 400);
	ck_assert_uint_gt(accepted, 400);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(each_rule_is_looked_at_once, tangles),
		UNIT_CASES(a_deep_chain_is_reached, depths),
		UNIT_CASES(what_is_too_deep_is_not_certain, abysses),
		{chains_that_lead_to_themselves, 2},
		UNIT_TEST(a_chain_belongs_to_its_table),
		UNIT_TEST(what_is_remembered_is_what_would_be_found_again),
	};

	return unit_run("firewall_walk", tests, UNIT_COUNT(tests));
}
