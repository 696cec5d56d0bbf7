// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_zone.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "firewall_json.h"

/* Where packets from the zone's devices to the host go; it exists while the zone is in use. */
#define FIREWALL_ZONE_CHAIN "filter_IN_" FIREWALL_ZONE_NAME

bool firewall_zone_owns(const json_t *chain)
{
	return strcmp(firewall_json_text(chain, "table"), "firewalld") == 0;
}

enum firewall_remedy firewall_zone_choose(const json_t *ruleset, const json_t *chain,
					  const char *device, char *advice, size_t size)
{
	if (!firewall_json_rules(ruleset, chain, FIREWALL_ZONE_CHAIN)) {
		snprintf(advice, size,
			 "firewall-cmd --reload (after make install, if it has no zone %s)",
			 FIREWALL_ZONE_NAME);
		return FIREWALL_ZONE;
	}
	snprintf(advice, size, "firewall-cmd --zone=%s --change-interface=%s", FIREWALL_ZONE_NAME,
		 device);
	return FIREWALL_OTHER_ZONE;
}

/* The input device that a rule names, and the chain it leads to; "": none. */
static const char *firewall_zone_read(const json_t *rule, const char **target)
{
	const json_t *statements = json_object_get(rule, "expr");
	const char *device = "";

	*target = "";
	for (size_t i = 0; i < json_array_size(statements); i++) {
		const json_t *statement = json_array_get(statements, i);
		const json_t *match = json_object_get(statement, "match");
		const json_t *meta = json_object_get(json_object_get(match, "left"), "meta");
		const json_t *go = json_object_get(statement, "goto"); /* "jump" in firewalld 2 */

		if (strcmp(firewall_json_text(meta, "key"), "iifname") == 0)
			device = firewall_json_text(match, "right");
		if (!go)
			go = json_object_get(statement, "jump");
		if (go)
			*target = firewall_json_text(go, "target");
	}
	return device;
}

/*
 * Whether a rule leads to our zone: directly before firewalld 2.5, since then through a chain for
 * two zones.
 */
static bool firewall_zone_is_ours(const char *target)
{
	return strcmp(target, FIREWALL_ZONE_CHAIN) == 0 ||
	       strcmp(target, FIREWALL_ZONE_CHAIN "_to_HOST") == 0;
}

/* The rules that choose the zone of packets to the host; NULL: none. */
static const json_t *firewall_zone_dispatch(const json_t *ruleset, const json_t *chain)
{
	static const char *const names[] = {
		"filter_INPUT_ZONES",	 /* firewalld 1 */
		"filter_INPUT_POLICIES", /* 2.0 */
		"filter_INPUT_dispatch", /* 2.5 */
	};
	const json_t *rules = NULL;

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]) && !rules; i++)
		rules = firewall_json_rules(ruleset, chain, names[i]);
	return rules;
}

bool firewall_zone_hides(const json_t *ruleset, const json_t *chain, const char *device,
			 char *advice, size_t size)
{
	const json_t *rules = firewall_zone_dispatch(ruleset, chain);
	bool ours = false;

	for (size_t i = 0; i < json_array_size(rules); i++) {
		const char *target;
		const char *named = firewall_zone_read(json_array_get(rules, i), &target);
		bool to_ours = firewall_zone_is_ours(target);

		if (strcmp(named, device) == 0 && !to_ours && ours) {
			snprintf(advice, size,
				 "firewall-cmd --zone=%s --remove-interface=vmnet-+; "
				 "firewall-cmd --permanent --zone=%s --remove-interface=vmnet-+",
				 FIREWALL_ZONE_NAME, FIREWALL_ZONE_NAME);
			return true;
		}
		if (strcmp(named, device) == 0)
			return false;
		ours = ours || (to_ours && strcmp(named, "vmnet-*") == 0);
	}
	return false;
}
