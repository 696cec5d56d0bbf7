// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_rule.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "firewall_iptables.h"
#include "firewall_json.h"

const char *firewall_rule_comment(const char *name, char text[FIREWALL_RULE_COMMENT_MAX])
{
	snprintf(text, FIREWALL_RULE_COMMENT_MAX, "vde_vmnet %s", name);
	return text;
}

bool firewall_rule_is_plain(const char *name)
{
	enum { LONGEST = 64 };
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return *name != '\0' && strchr(letters, *name) && strlen(name) <= LONGEST &&
	       strspn(name + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"0123456789._-") == strlen(name + 1);
}

void firewall_rule_format(const struct firewall_guests *guests,
			  const struct firewall_traffic *traffic,
			  const struct firewall_place *place, char *line, size_t size)
{
	const char *family = firewall_json_text(place->base, "family");
	char comment[FIREWALL_RULE_COMMENT_MAX];
	char where[64] = "";
	char devices[FIREWALL_DEVICES_MAX];

	if (firewall_iptables_is_legacy(place->ruleset)) {
		if (place->before)
			snprintf(where, sizeof(where), " %lld", place->before);
		snprintf(line, size, "%s %s%s %s %s-j ACCEPT", place->before ? "-I" : "-A",
			 place->chain, where,
			 firewall_traffic_devices(traffic, guests->device, true, devices),
			 traffic->iptables);
		return;
	}
	if (place->before)
		snprintf(where, sizeof(where), " handle %lld", place->before);
	if (strcmp(family, "inet") == 0)
		snprintf(where + strlen(where), sizeof(where) - strlen(where), " meta nfproto %s",
			 place->ipv6 ? "ipv6" : "ipv4");
	snprintf(line, size, "%s rule %s %s %s%s %s %scounter accept comment \"%s\"",
		 place->before ? "insert" : "add", family, firewall_json_text(place->base, "table"),
		 place->chain, where,
		 firewall_traffic_devices(traffic, guests->device, false, devices), traffic->nft,
		 firewall_rule_comment(guests->name, comment));
}

bool firewall_rule_is_there(const struct firewall_place *place,
			    const struct firewall_guests *guests,
			    const struct firewall_probe *probe)
{
	const json_t *rules = firewall_json_rules(place->ruleset, place->base, place->chain);
	char comment[FIREWALL_RULE_COMMENT_MAX];

	firewall_rule_comment(guests->name, comment);
	for (size_t i = 0; i < json_array_size(rules); i++) {
		const json_t *rule = json_array_get(rules, i);

		if (strcmp(firewall_json_text(rule, "comment"), comment) == 0 &&
		    firewall_walk_matches(rule, probe))
			return true;
	}
	return false;
}

bool firewall_rule_format_delete(const json_t *ruleset, const char *comment, char *text,
				 size_t size)
{
	const json_t *all = json_object_get(ruleset, "nftables");
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *rule = json_object_get(json_array_get(all, i), "rule");
		char line[FIREWALL_CHAIN_MAX + 64];

		if (strcmp(firewall_json_text(rule, "comment"), comment) != 0 ||
		    !firewall_rule_is_plain(firewall_json_text(rule, "table")) ||
		    !firewall_rule_is_plain(firewall_json_text(rule, "chain")))
			continue;
		snprintf(line, sizeof(line), "delete rule %s %s %s handle %lld\n",
			 firewall_json_text(rule, "family"), firewall_json_text(rule, "table"),
			 firewall_json_text(rule, "chain"),
			 (long long)json_integer_value(json_object_get(rule, "handle")));
		if (length + strlen(line) >= size)
			return false;
		memcpy(text + length, line, strlen(line) + 1);
		length += strlen(line);
	}
	return true;
}
