// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <string.h>

#include "firewall.h"
#include "firewall_walk.h"

static bool load_has(const json_t *rule, const char *name)
{
	const json_t *statements = json_object_get(rule, "expr");

	for (size_t i = 0; i < json_array_size(statements); i++) {
		if (json_object_get(json_array_get(statements, i), name))
			return true;
	}
	return false;
}

/*
 * Of iptables' extensions JSON has the names only. nft's text has more, but loads
 * a library for each, which may end the process, or write on stderr. What
 * conntrack tests is clear enough from what the rule decides: accepted is what
 * belongs to a connection, dropped is what belongs to none.
 */
static void load_translate(json_t *rule)
{
	json_t *statements = json_object_get(rule, "expr");
	const char *state = load_has(rule, "accept") ? "established"
			    : load_has(rule, "drop") ? "invalid"
						     : NULL;

	for (size_t i = 0; state && i < json_array_size(statements); i++) {
		const json_t *extension = json_object_get(json_array_get(statements, i), "xt");
		const char *name = firewall_text(extension, "name");

		if (strcmp(name, "conntrack") == 0 || strcmp(name, "state") == 0)
			json_array_set_new(statements, i,
					   json_pack("{s:{s:s,s:{s:{s:s}},s:s}}", "match", "op",
						     "==", "left", "ct", "key", "state", "right",
						     state));
	}
}

json_t *firewall_parse(const char *json)
{
	json_t *ruleset = json_loads(json, 0, NULL);
	json_t *all = json_object_get(ruleset, "nftables");

	if (!json_is_array(all)) {
		json_decref(ruleset);
		return NULL;
	}
	for (size_t i = 0; i < json_array_size(all); i++) {
		json_t *rule = json_object_get(json_array_get(all, i), "rule");

		if (rule)
			load_translate(rule);
	}
	return ruleset;
}

json_t *firewall_load(const char *json)
{
	json_t *ruleset = firewall_parse(json);

	if (ruleset)
		firewall_index(ruleset);
	return ruleset;
}

void firewall_free(json_t *ruleset)
{
	json_decref(ruleset);
}
