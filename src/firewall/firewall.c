// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "firewall_advice.h"
#include "firewall_iptables.h"
#include "firewall_json.h"
#include "firewall_place.h"
#include "firewall_rule.h"
#include "firewall_traffic.h"
#include "firewall_walk.h"
#include "firewall_zone.h"

/* Addresses that stand for everything outside; no rule should name them. */
#define FIREWALL_OUTSIDE4 "203.0.113.250"  /* TEST-NET-3, RFC 5737 */
#define FIREWALL_OUTSIDE6 "2001:db8::fafa" /* RFC 3849 */
#define FIREWALL_GUEST6	  "fd00::2"

struct firewall_search {
	const json_t *ruleset;
	const struct firewall_guests *guests;
	struct firewall_finding *findings;
	unsigned n;
	const json_t *chain; /* the base chain being searched */
	const struct firewall_traffic *traffic;
	struct firewall_probe probe;
	char guest[SUBNET_TEXT_MAX];
	char gateway[SUBNET_TEXT_MAX];
};

static void firewall_make_probe(struct firewall_search *search, bool ipv6)
{
	const struct firewall_traffic *traffic = search->traffic;
	const struct firewall_guests *guests = search->guests;
	const char *guest = ipv6 ? FIREWALL_GUEST6 : search->guest;
	const char *outside = ipv6 ? FIREWALL_OUTSIDE6 : FIREWALL_OUTSIDE4;
	const char *uplink = ipv6 ? guests->uplink6 : guests->uplink;
	bool back = traffic->back;
	bool forward = strcmp(traffic->hook, "forward") == 0;
	/* We know none of the host's IPv6 addresses; a rule that names one decides nothing here. */
	const char *host = forward ? outside : ipv6 ? NULL : search->gateway;

	if (*uplink == '\0')
		uplink = NULL;
	subnet_format(guests->subnet->dhcp_first ? guests->subnet->dhcp_first
						 : guests->subnet->gateway + 1,
		      search->guest);
	subnet_format(guests->subnet->gateway, search->gateway);
	if (strcmp(traffic->type, "broadcast") == 0) {
		guest = "0.0.0.0";
		host = "255.255.255.255";
	}
	search->probe = (struct firewall_probe){.hook = traffic->hook,
						.ipv6 = ipv6,
						.iif = !back	 ? guests->device
						       : forward ? uplink
								 : "",
						.oif = back	 ? guests->device
						       : forward ? uplink
								 : "",
						.saddr = back ? host : guest,
						.daddr = back ? guest : host,
						.protocol = traffic->protocol,
						.sport = traffic->sport,
						.dport = traffic->dport,
						.state = traffic->state,
						.status = traffic->dnat ? "dnat" : "assured",
						.type = traffic->type};
	if (traffic->within) {
		search->probe.oif = guests->device;
		search->probe.daddr = guest;
	}
}

/* Appends a line, unless it is already there or would not fit completely. */
static void firewall_append(char *text, const char *separator, const char *line)
{
	size_t length = strlen(text);

	if (!strstr(text, line) &&
	    length + strlen(separator) + strlen(line) < FIREWALL_COMMANDS_MAX)
		snprintf(text + length, FIREWALL_COMMANDS_MAX - length, "%s%s",
			 length ? separator : "", line);
}

/* The finding for the base chain with that remedy. NULL: no room. */
static struct firewall_finding *firewall_finding(struct firewall_search *search,
						 enum firewall_remedy remedy)
{
	struct firewall_finding *finding;
	char chain[FIREWALL_CHAIN_MAX];

	if (firewall_zone_owns(search->chain))
		snprintf(chain, sizeof(chain), "firewalld");
	else
		snprintf(chain, sizeof(chain), "%s %s %s",
			 firewall_json_text(search->chain, "family"),
			 firewall_json_text(search->chain, "table"),
			 firewall_json_text(search->chain, "name"));
	for (unsigned i = 0; i < search->n; i++) {
		if (strcmp(search->findings[i].chain, chain) == 0 &&
		    search->findings[i].remedy == remedy)
			return &search->findings[i];
	}
	if (search->n == FIREWALL_FINDINGS_MAX)
		return NULL;
	finding = &search->findings[search->n++];
	*finding = (struct firewall_finding){.remedy = remedy, .ipv6 = search->probe.ipv6};
	memcpy(finding->chain, chain, sizeof(chain));
	return finding;
}

/*
 * Whether we may change it: only if the result is certain, and no rule was made for these packets
 * in particular.
 */
static enum firewall_remedy firewall_choose(const struct firewall_search *search,
					    const struct firewall_walk *walk,
					    struct firewall_place *place)
{
	if (!firewall_place_find(place, walk, search->probe.hook))
		return FIREWALL_ADVICE;
	if ((!walk->certain && !firewall_iptables_owns(place->base)) ||
	    firewall_rule_is_there(place, search->guests, &search->probe) ||
	    !firewall_rule_is_plain(firewall_json_text(search->chain, "table")) ||
	    !firewall_rule_is_plain(place->chain))
		return FIREWALL_ADVICE;
	return firewall_iptables_is_legacy(search->ruleset) ? FIREWALL_LEGACY : FIREWALL_RULE;
}

/* Adds the traffic and the advice to the finding; also our rule, if there is one. */
static void firewall_add(struct firewall_search *search, enum firewall_remedy remedy,
			 const char *rule, const char *advice)
{
	struct firewall_finding *finding = firewall_finding(search, remedy);

	if (!finding)
		return;
	if (search->traffic)
		finding->traffic |= 1u << (search->traffic - firewall_traffic);
	if (remedy == FIREWALL_RULE || remedy == FIREWALL_LEGACY)
		firewall_append(finding->commands, "\n", rule);
	firewall_append(finding->advice, "; ", advice);
}

static void firewall_report(struct firewall_search *search, const struct firewall_walk *walk)
{
	struct firewall_place place = {
		.ruleset = search->ruleset, .base = search->chain, .ipv6 = search->probe.ipv6};
	enum firewall_remedy remedy;
	char rule[512] = "";
	char advice[600];

	if (firewall_zone_owns(search->chain)) {
		remedy = firewall_zone_choose(search->ruleset, search->chain,
					      search->guests->device, advice, sizeof(advice));
	} else {
		remedy = firewall_choose(search, walk, &place);
		firewall_rule_format(search->guests, search->traffic, &place, rule, sizeof(rule));
		firewall_advice_format(search->guests, search->traffic, &place, rule, advice,
				       sizeof(advice));
	}
	firewall_add(search, remedy, rule, advice);
}

static void firewall_try(struct firewall_search *search, bool ipv6)
{
	const struct firewall_traffic *traffic = search->traffic;
	struct firewall_walk walk;

	if (traffic->families == (ipv6 ? FIREWALL_IPV4_ONLY : FIREWALL_IPV6_ONLY))
		return;
	firewall_make_probe(search, ipv6);
	firewall_walk(search->ruleset, search->chain, &search->probe, &walk);
	if (walk.dropped)
		firewall_report(search, &walk);
}

/* firewalld has that chain while it reloads and in panic mode, when nothing must pass. */
static bool firewall_is_passed_over(const json_t *chain)
{
	return firewall_json_is_ours(chain) ||
	       strcmp(firewall_json_text(chain, "table"), "firewalld_policy_drop") == 0;
}

/* Whether guests have such traffic. */
static bool firewall_is_of_guests(const struct firewall_guests *guests,
				  const struct firewall_traffic *traffic)
{
	if (traffic->within)
		return guests->bridged;
	if (traffic->dnat)
		return guests->forwards && guests->hostfwd;
	return guests->forwards || strcmp(traffic->hook, "forward") != 0;
}

static void firewall_search_chain(struct firewall_search *search)
{
	const char *family = firewall_json_text(search->chain, "family");
	bool both = strcmp(family, "inet") == 0;
	char advice[600];

	search->traffic = NULL;
	if (firewall_zone_owns(search->chain) &&
	    firewall_zone_hides(search->ruleset, search->chain, search->guests->device, advice,
				sizeof(advice)))
		firewall_add(search, FIREWALL_HIDDEN_ZONE, "", advice);
	for (unsigned i = 0; i < FIREWALL_TRAFFIC_MAX; i++) {
		search->traffic = &firewall_traffic[i];
		if (strcmp(search->traffic->hook, firewall_json_text(search->chain, "hook")) != 0 ||
		    !firewall_is_of_guests(search->guests, search->traffic))
			continue;
		if (both || strcmp(family, "ip") == 0)
			firewall_try(search, false);
		if (search->guests->ipv6 && (both || strcmp(family, "ip6") == 0))
			firewall_try(search, true);
	}
}

unsigned firewall_find(const json_t *ruleset, const struct firewall_guests *guests,
		       struct firewall_finding *findings)
{
	struct firewall_search search = {
		.ruleset = ruleset, .guests = guests, .findings = findings};
	const json_t *all = json_object_get(ruleset, "nftables");

	for (size_t i = 0; i < json_array_size(all); i++) {
		search.chain = json_object_get(json_array_get(all, i), "chain");
		if (search.chain && !firewall_is_passed_over(search.chain) &&
		    strcmp(firewall_json_text(search.chain, "type"), "filter") == 0)
			firewall_search_chain(&search);
	}
	return search.n;
}
