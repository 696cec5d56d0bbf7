// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_place.h"

#include <jansson.h>
#include <string.h>

#include "firewall_iptables.h"
#include "firewall_json.h"

/* The handle of a chain's last rule, if that only returns; else 0. */
static json_int_t firewall_place_final_return(const struct firewall_place *place, const char *chain)
{
	const json_t *rules = firewall_json_rules(place->ruleset, place->base, chain);
	size_t n = json_array_size(rules);
	const json_t *last = n ? json_array_get(rules, n - 1) : NULL;
	const json_t *statements = json_object_get(last, "expr");

	for (size_t i = 0; i < json_array_size(statements); i++) {
		const json_t *statement = json_array_get(statements, i);

		if (json_object_get(statement, "return"))
			return json_integer_value(json_object_get(last, "handle"));
		if (!json_object_get(statement, "counter"))
			break;
	}
	return 0;
}

/*
 * Finds chains that other firewalls, using iptables, keep for rules of others, if packets get
 * there. "ufw reload" empties its chains, then removes them one by one: a rule in one that nothing
 * jumps to any more would be useless and would keep it from being removed; ufw would then assume
 * that it is running, and not start.
 */
static bool firewall_place_find_kept(struct firewall_place *place, const char *hook)
{
	static const struct {
		const char *hook;
		bool ipv6;
		bool ufw;
		const char *chain;
	} places[] = {
		{"forward", false, false, "DOCKER-USER"},
		{"forward", true, false, "DOCKER-USER"},
		{"forward", false, true, "ufw-user-forward"},
		{"forward", true, true, "ufw6-user-forward"},
		{"input", false, true, "ufw-user-input"},
		{"input", true, true, "ufw6-user-input"},
		{"output", false, true, "ufw-user-output"},
		{"output", true, true, "ufw6-user-output"},
	};

	for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (strcmp(places[i].hook, hook) != 0 || places[i].ipv6 != place->ipv6 ||
		    !firewall_json_is_jumped_to(place->ruleset, place->base, places[i].chain))
			continue;
		place->chain = places[i].chain;
		place->before = firewall_place_final_return(place, places[i].chain);
		place->is_ufw = places[i].ufw;
		return true;
	}
	return false;
}

bool firewall_place_find(struct firewall_place *place, const struct firewall_walk *walk,
			 const char *hook)
{
	place->chain = firewall_json_text(place->base, "name");
	if (firewall_iptables_owns(place->base) && firewall_place_find_kept(place, hook))
		return true;
	if (walk->by_policy)
		return true;
	place->chain = firewall_json_text(walk->rule, "chain");
	place->before = json_integer_value(json_object_get(walk->rule, "handle"));
	return walk->catch_all;
}
