// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_list.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "firewall_json.h"

enum { FIREWALL_LIST_KEY_MAX = 300 }; /* kernel names have at most 255 bytes */

static const char firewall_list_chains[] = "{\"nftables\":[{\"list\":{\"chains\":null}}]}";

struct firewall_list {
	const char *(*query)(void *from, const char *command);
	void *from;
	json_t *seen;	 /* "FAMILY TABLE": null */
	json_t *objects; /* of all tables; "nftables" of the ruleset */
};

/* Appends the contents of a table. 0, or -1. */
static int firewall_list_table(struct firewall_list *list, const char *family, const char *table)
{
	json_t *command = json_pack("{s:[{s:{s:{s:s,s:s}}}]}", "nftables", "list", "table",
				    "family", family, "name", table);
	char *text = json_dumps(command, JSON_COMPACT);
	const char *answer = text ? list->query(list->from, text) : NULL;
	json_t *ruleset = answer ? firewall_json_parse(answer) : NULL;
	int ret = ruleset ? json_array_extend(list->objects, json_object_get(ruleset, "nftables"))
			  : -1;

	json_decref(ruleset);
	free(text);
	json_decref(command);
	return ret;
}

/* Appends the chain's table, once, and not if it is ours. 0, or -1. */
static int firewall_list_table_of(struct firewall_list *list, const json_t *chain)
{
	const char *family = firewall_json_text(chain, "family");
	const char *table = firewall_json_text(chain, "table");
	char key[FIREWALL_LIST_KEY_MAX];

	if (firewall_json_is_ours(chain))
		return 0;
	snprintf(key, sizeof(key), "%s %s", family, table);
	if (json_object_get(list->seen, key))
		return 0;
	if (json_object_set_new(list->seen, key, json_true()) < 0)
		return -1;
	return firewall_list_table(list, family, table);
}

json_t *firewall_list(const char *(*query)(void *from, const char *command), void *from)
{
	struct firewall_list list = {
		.query = query, .from = from, .seen = json_object(), .objects = json_array()};
	const char *answer = query(from, firewall_list_chains);
	json_t *chains = answer ? firewall_json_parse(answer) : NULL;
	const json_t *all = json_object_get(chains, "nftables");
	json_t *ruleset = NULL;
	int ret = chains && list.seen && list.objects ? 0 : -1;

	for (size_t i = 0; i < json_array_size(all) && ret == 0; i++) {
		const json_t *chain = json_object_get(json_array_get(all, i), "chain");

		if (chain)
			ret = firewall_list_table_of(&list, chain);
	}
	if (ret == 0)
		ruleset = json_pack("{s:O}", "nftables", list.objects);
	if (ruleset)
		firewall_json_index(ruleset);
	json_decref(list.objects);
	json_decref(list.seen);
	json_decref(chains);
	return ruleset;
}
