/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is true of everything that is found in a ruleset: the commands are whole, one a line,
 * and what others have named cannot end one and begin another.
 */
#pragma once

#include "firewall.h"
#include "firewall_rule.h"
#include "firewall_traffic.h"
#include "fuzz.h"

static inline void findings_check_commands(const char *commands, const char *first,
					   const char *second)
{
	while (*commands) {
		size_t length = strcspn(commands, "\n");

		FUZZ_CHECK(strncmp(commands, first, strlen(first)) == 0 ||
			   strncmp(commands, second, strlen(second)) == 0);
		for (size_t i = 0; i < length; i++)
			FUZZ_CHECK(commands[i] >= ' ' && !strchr(";{}`$\\'", commands[i]));
		commands += length + (commands[length] == '\n');
	}
}

static inline void findings_check(const struct firewall_finding *finding)
{
	char traffic[256];

	FUZZ_CHECK(finding->remedy == FIREWALL_HIDDEN_ZONE || finding->traffic != 0);
	FUZZ_CHECK(finding->traffic >> FIREWALL_TRAFFIC_MAX == 0);
	firewall_traffic_describe(finding->traffic, traffic, sizeof(traffic));
	if (finding->remedy == FIREWALL_RULE)
		findings_check_commands(finding->commands, "add rule ", "insert rule ");
	else if (finding->remedy == FIREWALL_LEGACY)
		findings_check_commands(finding->commands, "-A ", "-I ");
	else
		FUZZ_CHECK(finding->commands[0] == '\0');
}

/* Looks for what drops guests' traffic, of both families or one. */
static inline void findings_check_all(const struct json_t *ruleset, bool ipv6)
{
	static struct firewall_finding findings[FIREWALL_FINDINGS_MAX];
	const struct subnet subnet = {.gateway = 0xc0a86901,
				      .prefix = 24,
				      .dhcp_first = 0xc0a86902,
				      .dhcp_last = 0xc0a869fe};
	const struct firewall_guests guests = {.name = "shared",
					       .device = "vmnet-shared",
					       .uplink = "up0",
					       .uplink6 = ipv6 ? "up0" : "",
					       .subnet = &subnet,
					       .forwards = true,
					       .ipv6 = ipv6};
	static char text[65536];
	unsigned n = firewall_find(ruleset, &guests, findings);

	FUZZ_CHECK(n <= FIREWALL_FINDINGS_MAX);
	for (unsigned i = 0; i < n; i++)
		findings_check(&findings[i]);
	(void)firewall_rule_format_delete(ruleset, "vde_vmnet shared", text, sizeof(text));
	findings_check_commands(text, "delete rule ", "delete rule ");
}
