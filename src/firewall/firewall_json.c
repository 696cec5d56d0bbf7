// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_json.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { FIREWALL_JSON_KEY_MAX = 640 }; /* table and chain names have at most 255 characters */

const char *firewall_json_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

bool firewall_json_is_ours(const json_t *object)
{
	return strncmp(firewall_json_text(object, "table"), "vde_vmnet-", strlen("vde_vmnet-")) ==
	       0;
}

static void firewall_json_key(const json_t *in, const char *chain, char key[FIREWALL_JSON_KEY_MAX])
{
	snprintf(key, FIREWALL_JSON_KEY_MAX, "%s %s %s", firewall_json_text(in, "family"),
		 firewall_json_text(in, "table"), chain);
}

/* Notes the chains that a rule jumps to. */
static void firewall_json_index_jumps(json_t *jumped, const json_t *rule)
{
	const json_t *statements = json_object_get(rule, "expr");

	for (size_t i = 0; i < json_array_size(statements); i++) {
		const json_t *jump = json_object_get(json_array_get(statements, i), "jump");
		char key[FIREWALL_JSON_KEY_MAX];

		if (!jump)
			continue;
		firewall_json_key(rule, firewall_json_text(jump, "target"), key);
		json_object_set_new(jumped, key, json_true());
	}
}

void firewall_json_index(json_t *ruleset)
{
	const json_t *all = json_object_get(ruleset, "nftables");
	json_t *index = json_object();
	json_t *jumped = json_object();

	for (size_t i = 0; i < json_array_size(all); i++) {
		json_t *rule = json_object_get(json_array_get(all, i), "rule");
		char key[FIREWALL_JSON_KEY_MAX];

		if (!rule)
			continue;
		firewall_json_key(rule, firewall_json_text(rule, "chain"), key);
		if (!json_object_get(index, key))
			json_object_set_new(index, key,
					    json_pack("{s:I,s:[]}", "number",
						      (json_int_t)json_object_size(index),
						      "rules"));
		json_array_append(json_object_get(json_object_get(index, key), "rules"), rule);
		firewall_json_index_jumps(jumped, rule);
	}
	json_object_set_new(ruleset, "index", index);
	json_object_set_new(ruleset, "jumped", jumped);
}

bool firewall_json_is_jumped_to(const json_t *ruleset, const json_t *in, const char *chain)
{
	char key[FIREWALL_JSON_KEY_MAX];

	firewall_json_key(in, chain, key);
	return json_object_get(json_object_get(ruleset, "jumped"), key) != NULL;
}

size_t firewall_json_chains(const json_t *ruleset)
{
	return json_object_size(json_object_get(ruleset, "index"));
}

const json_t *firewall_json_numbered_rules(const json_t *ruleset, const json_t *in,
					   const char *chain, size_t *number)
{
	char key[FIREWALL_JSON_KEY_MAX];
	const json_t *entry;

	firewall_json_key(in, chain, key);
	entry = json_object_get(json_object_get(ruleset, "index"), key);
	*number = (size_t)json_integer_value(json_object_get(entry, "number"));
	return json_object_get(entry, "rules");
}

const json_t *firewall_json_rules(const json_t *ruleset, const json_t *in, const char *chain)
{
	size_t number;

	return firewall_json_numbered_rules(ruleset, in, chain, &number);
}

static bool firewall_json_has(const json_t *rule, const char *name)
{
	const json_t *statements = json_object_get(rule, "expr");

	for (size_t i = 0; i < json_array_size(statements); i++) {
		if (json_object_get(json_array_get(statements, i), name))
			return true;
	}
	return false;
}

/*
 * For iptables' extensions, JSON has only the names. nft's text has more, but loads a library for
 * each, which may end the process or write to stderr. What conntrack tests is clear enough from the
 * rule's verdict: accept is for what belongs to a connection, drop for what belongs to none.
 */
static void firewall_json_translate(json_t *rule)
{
	json_t *statements = json_object_get(rule, "expr");
	const char *state = firewall_json_has(rule, "accept") ? "established"
			    : firewall_json_has(rule, "drop") ? "invalid"
							      : NULL;

	for (size_t i = 0; state && i < json_array_size(statements); i++) {
		const json_t *extension = json_object_get(json_array_get(statements, i), "xt");
		const char *name = firewall_json_text(extension, "name");

		if (strcmp(name, "conntrack") == 0 || strcmp(name, "state") == 0)
			json_array_set_new(statements, i,
					   json_pack("{s:{s:s,s:{s:{s:s}},s:s}}", "match", "op",
						     "==", "left", "ct", "key", "state", "right",
						     state));
	}
}

json_t *firewall_json_parse(const char *json)
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
			firewall_json_translate(rule);
	}
	return ruleset;
}

json_t *firewall_json_load(const char *json)
{
	json_t *ruleset = firewall_json_parse(json);

	if (ruleset)
		firewall_json_index(ruleset);
	return ruleset;
}

void firewall_json_free(json_t *ruleset)
{
	json_decref(ruleset);
}
