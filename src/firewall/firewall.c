// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall.h"

#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "firewall_walk.h"
#include "firewall_zone.h"

/* Addresses that stand for all outside; no rule should name them. */
#define FIREWALL_OUTSIDE4 "203.0.113.250"  /* TEST-NET-3, RFC 5737 */
#define FIREWALL_OUTSIDE6 "2001:db8::fafa" /* RFC 3849 */
#define FIREWALL_GUEST6	  "fd00::2"

enum firewall_side { SIDE_IN, SIDE_OUT, SIDE_BACK };

/* What passes between guests, the host and the outside, and the words for it. */
static const struct firewall_traffic {
	const char *what;
	const char *hook;
	enum firewall_side side;
	enum { BOTH, IPV4_ONLY, IPV6_ONLY } families;
	const char *protocol;
	unsigned sport;
	unsigned dport;
	const char *state;
	const char *type;
	const char *nft; /* behind iifname or oifname */
	const char *iptables;
	const char *ufw; /* NULL: its own rules let it pass */
} firewall_traffic[] = {
	{"what guests send out", "forward", SIDE_OUT, BOTH, NULL, 0, 0, "new", "unicast", "", "",
	 "route allow in on %s"},
	{"answers to guests", "forward", SIDE_BACK, BOTH, NULL, 0, 0, "established", "unicast", "",
	 "", "route allow out on %s"},
	{"DHCP", "input", SIDE_IN, IPV4_ONLY, "udp", 68, 67, "new", "broadcast", "udp dport 67 ",
	 "-p udp --dport 67 ", "allow in on %s to any port 67 proto udp"},
	{"DHCP", "output", SIDE_BACK, IPV4_ONLY, "udp", 67, 68, "new", "unicast", "udp sport 67 ",
	 "-p udp --sport 67 ", "allow out on %s from any port 67 proto udp"},
	{"DHCPv6", "input", SIDE_IN, IPV6_ONLY, "udp", 546, 547, "new", "multicast",
	 "udp dport 547 ", "-p udp --dport 547 ", "allow in on %s to any port 547 proto udp"},
	{"DHCPv6", "output", SIDE_BACK, IPV6_ONLY, "udp", 547, 546, "new", "unicast",
	 "udp sport 547 ", "-p udp --sport 547 ", "allow out on %s from any port 547 proto udp"},
	{"DNS", "input", SIDE_IN, BOTH, "udp", 0, 53, "new", "local", "udp dport 53 ",
	 "-p udp --dport 53 ", "allow in on %s to any port 53"},
	{"DNS", "output", SIDE_BACK, BOTH, "udp", 53, 0, "established", "unicast", "udp sport 53 ",
	 "-p udp --sport 53 ", "allow out on %s from any port 53"},
	{"DNS", "input", SIDE_IN, BOTH, "tcp", 0, 53, "new", "local", "tcp dport 53 ",
	 "-p tcp --dport 53 ", "allow in on %s to any port 53"},
	{"DNS", "output", SIDE_BACK, BOTH, "tcp", 53, 0, "established", "unicast", "tcp sport 53 ",
	 "-p tcp --sport 53 ", "allow out on %s from any port 53"},
	{"neighbour discovery", "input", SIDE_IN, IPV6_ONLY, "ipv6-icmp", 0, 0, "untracked",
	 "multicast", "meta l4proto ipv6-icmp ", "-p ipv6-icmp ", NULL},
	{"neighbour discovery", "output", SIDE_BACK, IPV6_ONLY, "ipv6-icmp", 0, 0, "untracked",
	 "multicast", "meta l4proto ipv6-icmp ", "-p ipv6-icmp ", NULL},
};

enum { FIREWALL_TRAFFIC = sizeof(firewall_traffic) / sizeof(firewall_traffic[0]) };

void firewall_describe(unsigned traffic, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < FIREWALL_TRAFFIC && length < size; i++) {
		if (traffic >> i & 1 && !strstr(text, firewall_traffic[i].what))
			length += (size_t)snprintf(text + length, size - length, "%s%s",
						   length ? ", " : "", firewall_traffic[i].what);
	}
}

const char *firewall_comment(const char *name, char text[FIREWALL_COMMENT_MAX])
{
	snprintf(text, FIREWALL_COMMENT_MAX, "vde_vmnet %s", name);
	return text;
}

/* Only names that need no quoting, and are of a sane length, may become part of a command. */
static bool firewall_is_plain(const char *name)
{
	enum { LONGEST = 64 };
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return *name != '\0' && strchr(letters, *name) && strlen(name) <= LONGEST &&
	       strspn(name + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"0123456789._-") == strlen(name + 1);
}

/* ---- one packet in one chain ---- */

struct firewall_search {
	const json_t *ruleset;
	const struct firewall_guests *guests;
	struct firewall_finding *findings;
	unsigned n;
	const json_t *chain; /* the base chain looked at */
	const struct firewall_traffic *traffic;
	struct firewall_packet packet;
	char guest[SUBNET_TEXT_MAX];
	char gateway[SUBNET_TEXT_MAX];
};

static void firewall_make_packet(struct firewall_search *search, bool ipv6)
{
	const struct firewall_traffic *traffic = search->traffic;
	const struct firewall_guests *guests = search->guests;
	const char *guest = ipv6 ? FIREWALL_GUEST6 : search->guest;
	const char *outside = ipv6 ? FIREWALL_OUTSIDE6 : FIREWALL_OUTSIDE4;
	const char *uplink = ipv6 ? guests->uplink6 : guests->uplink;
	bool back = traffic->side == SIDE_BACK;
	bool forward = strcmp(traffic->hook, "forward") == 0;
	/* Of the host's IPv6 addresses none is known; a rule that names one says nothing here. */
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
	search->packet = (struct firewall_packet){.hook = traffic->hook,
						  .ipv6 = ipv6,
						  .iif = !back	   ? guests->device
							 : forward ? uplink
								   : "",
						  .oif = back	   ? guests->device
							 : forward ? uplink
								   : "",
						  .saddr = back ? host : guest,
						  .daddr = back ? guest : host,
						  .protocol = traffic->protocol,
						  .sport = traffic->sport,
						  .dport = traffic->dport,
						  .state = traffic->state,
						  .type = traffic->type};
}

/* Where an accept belongs: in front of what drops, behind all that was decided before. */
struct firewall_place {
	const char *chain;
	json_int_t before; /* the handle of a rule; 0: at the end */
	const char *ufw;   /* "ufw" where that chain is ufw's, else NULL */
};

static bool firewall_jumps(const json_t *rule, const char *chain)
{
	const json_t *statements = json_object_get(rule, "expr");

	for (size_t i = 0; i < json_array_size(statements); i++) {
		const json_t *jump = json_object_get(json_array_get(statements, i), "jump");

		if (strcmp(firewall_text(jump, "target"), chain) == 0)
			return true;
	}
	return false;
}

/*
 * Whether packets get to a chain. "ufw reload" empties and then removes its chains
 * one by one: a rule in one that nothing jumps to any more would help nobody, and keep
 * that chain from being removed; ufw takes it for a sign that it runs, and does not start.
 */
static bool firewall_is_in_use(const struct firewall_search *search, const char *name)
{
	const json_t *all = json_object_get(search->ruleset, "nftables");

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *rule = json_object_get(json_array_get(all, i), "rule");

		if (firewall_jumps(rule, name) &&
		    strcmp(firewall_text(rule, "family"), firewall_text(search->chain, "family")) ==
			    0 &&
		    strcmp(firewall_text(rule, "table"), firewall_text(search->chain, "table")) ==
			    0)
			return true;
	}
	return false;
}

/* The handle of a chain's last rule, if all that this does is to return. */
static json_int_t firewall_final_return(const struct firewall_search *search, const char *chain)
{
	const json_t *rules = firewall_rules(search->ruleset, search->chain, chain);
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

/* Chains that other firewalls of iptables' keep for what others add. */
static bool firewall_find_place_for_others(const struct firewall_search *search,
					   struct firewall_place *place)
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
		if (strcmp(places[i].hook, search->packet.hook) != 0 ||
		    places[i].ipv6 != search->packet.ipv6 ||
		    !firewall_is_in_use(search, places[i].chain))
			continue;
		place->chain = places[i].chain;
		place->before = firewall_final_return(search, places[i].chain);
		place->ufw = places[i].ufw ? "ufw" : NULL;
		return true;
	}
	return false;
}

/* Whether a rule of ours for this packet is in the chain already, and something drops before it. */
static bool firewall_is_tried(const struct firewall_search *search, const char *chain)
{
	const json_t *rules = firewall_rules(search->ruleset, search->chain, chain);
	char comment[FIREWALL_COMMENT_MAX];

	firewall_comment(search->guests->name, comment);
	for (size_t i = 0; i < json_array_size(rules); i++) {
		const json_t *rule = json_array_get(rules, i);

		if (strcmp(firewall_text(rule, "comment"), comment) == 0 &&
		    firewall_walk_matches(rule, &search->packet))
			return true;
	}
	return false;
}

/* ---- findings ---- */

static bool firewall_is_iptables(const struct firewall_search *search)
{
	const char *family = firewall_text(search->chain, "family");
	const char *name = firewall_text(search->chain, "name");

	return strcmp(firewall_text(search->chain, "table"), "filter") == 0 &&
	       (strcmp(family, "ip") == 0 || strcmp(family, "ip6") == 0) &&
	       (strcmp(name, "FORWARD") == 0 || strcmp(name, "INPUT") == 0 ||
		strcmp(name, "OUTPUT") == 0);
}

/* A line more, unless it is there already or would not fit in whole. */
static void firewall_append(char *text, const char *separator, const char *line)
{
	size_t length = strlen(text);

	if (!strstr(text, line) &&
	    length + strlen(separator) + strlen(line) < FIREWALL_COMMANDS_MAX)
		snprintf(text + length, FIREWALL_COMMANDS_MAX - length, "%s%s",
			 length ? separator : "", line);
}

/* The finding of the base chain with that remedy. NULL: no room. */
static struct firewall_finding *firewall_finding(struct firewall_search *search,
						 enum firewall_remedy remedy)
{
	struct firewall_finding *finding;
	char chain[FIREWALL_CHAIN_MAX];

	if (firewall_zone_owns(search->chain))
		snprintf(chain, sizeof(chain), "firewalld");
	else
		snprintf(chain, sizeof(chain), "%s %s %s", firewall_text(search->chain, "family"),
			 firewall_text(search->chain, "table"),
			 firewall_text(search->chain, "name"));
	for (unsigned i = 0; i < search->n; i++) {
		if (strcmp(search->findings[i].chain, chain) == 0 &&
		    search->findings[i].remedy == remedy)
			return &search->findings[i];
	}
	if (search->n == FIREWALL_FINDINGS_MAX)
		return NULL;
	finding = &search->findings[search->n++];
	*finding = (struct firewall_finding){.remedy = remedy, .ipv6 = search->packet.ipv6};
	memcpy(finding->chain, chain, sizeof(chain));
	return finding;
}

static void firewall_advise(const struct firewall_search *search,
			    const struct firewall_place *place, const char *rule, char *line,
			    size_t size)
{
	const struct firewall_traffic *traffic = search->traffic;
	bool back = traffic->side == SIDE_BACK;
	char ufw[128];

	if (place->ufw && traffic->ufw) {
		snprintf(ufw, sizeof(ufw), traffic->ufw, search->guests->device);
		snprintf(line, size, "ufw %s", ufw);
	} else if (firewall_is_iptables(search)) {
		snprintf(line, size, "%s%s -I %s %s %s %s-j ACCEPT",
			 search->packet.ipv6 ? "ip6tables" : "iptables",
			 json_object_get(search->ruleset, "legacy") ? "-legacy" : "", place->chain,
			 back ? "-o" : "-i", search->guests->device, traffic->iptables);
	} else {
		snprintf(line, size, "nft '%s'", rule);
	}
}

/* What adds our rule at the place. */
static void firewall_format_rule(const struct firewall_search *search,
				 const struct firewall_place *place, char *line, size_t size)
{
	const struct firewall_traffic *traffic = search->traffic;
	bool back = traffic->side == SIDE_BACK;
	char comment[FIREWALL_COMMENT_MAX];
	char where[64] = "";
	bool legacy = json_object_get(search->ruleset, "legacy");

	if (legacy) {
		if (place->before)
			snprintf(where, sizeof(where), " %lld", (long long)place->before);
		snprintf(line, size, "%s %s%s %s %s %s-j ACCEPT", place->before ? "-I" : "-A",
			 place->chain, where, back ? "-o" : "-i", search->guests->device,
			 traffic->iptables);
		return;
	}
	if (place->before)
		snprintf(where, sizeof(where), " handle %lld", (long long)place->before);
	if (strcmp(firewall_text(search->chain, "family"), "inet") == 0)
		snprintf(where + strlen(where), sizeof(where) - strlen(where), " meta nfproto %s",
			 search->packet.ipv6 ? "ipv6" : "ipv4");
	snprintf(line, size, "%s rule %s %s %s%s %s \"%s\" %scounter accept comment \"%s\"",
		 place->before ? "insert" : "add", firewall_text(search->chain, "family"),
		 firewall_text(search->chain, "table"), place->chain, where,
		 back ? "oifname" : "iifname", search->guests->device, traffic->nft,
		 firewall_comment(search->guests->name, comment));
}

/* Whether it is for us to change: what is certain, and was decided about no packets in particular.
 */
static enum firewall_remedy firewall_choose(const struct firewall_search *search,
					    const struct firewall_walk *walk,
					    struct firewall_place *place)
{
	place->chain = firewall_text(search->chain, "name");
	if (firewall_is_iptables(search)) {
		if (!firewall_find_place_for_others(search, place) && !walk->by_policy) {
			place->chain = firewall_text(walk->rule, "chain");
			place->before = json_integer_value(json_object_get(walk->rule, "handle"));
			if (!walk->catch_all)
				return FIREWALL_ADVICE;
		}
	} else if (!walk->by_policy) {
		place->chain = firewall_text(walk->rule, "chain");
		place->before = json_integer_value(json_object_get(walk->rule, "handle"));
		if (!walk->catch_all)
			return FIREWALL_ADVICE;
	}
	if ((!walk->certain && !firewall_is_iptables(search)) ||
	    firewall_is_tried(search, place->chain) ||
	    !firewall_is_plain(firewall_text(search->chain, "table")) ||
	    !firewall_is_plain(place->chain))
		return FIREWALL_ADVICE;
	return json_object_get(search->ruleset, "legacy") ? FIREWALL_LEGACY : FIREWALL_RULE;
}

/* The finding takes the traffic, and the advice; a rule of ours, where there is one, too. */
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
	struct firewall_place place = {0};
	enum firewall_remedy remedy;
	char rule[512] = "";
	char advice[600];

	if (firewall_zone_owns(search->chain)) {
		remedy = firewall_zone_choose(search->ruleset, search->chain,
					      search->guests->device, advice, sizeof(advice));
	} else {
		remedy = firewall_choose(search, walk, &place);
		firewall_format_rule(search, &place, rule, sizeof(rule));
		firewall_advise(search, &place, rule, advice, sizeof(advice));
	}
	firewall_add(search, remedy, rule, advice);
}

static void firewall_try(struct firewall_search *search, bool ipv6)
{
	const struct firewall_traffic *traffic = search->traffic;
	struct firewall_walk walk;

	if (traffic->families == (ipv6 ? IPV4_ONLY : IPV6_ONLY))
		return;
	firewall_make_packet(search, ipv6);
	firewall_walk(search->ruleset, search->chain, &search->packet, &walk);
	if (walk.dropped)
		firewall_report(search, &walk);
}

/*
 * That of firewalld's is there while it reloads, and in its panic mode: nothing shall
 * pass then.
 */
static bool firewall_is_passed_over(const json_t *chain)
{
	return firewall_is_ours(chain) ||
	       strcmp(firewall_text(chain, "table"), "firewalld_policy_drop") == 0;
}

static void firewall_search_chain(struct firewall_search *search)
{
	const char *family = firewall_text(search->chain, "family");
	bool both = strcmp(family, "inet") == 0;
	char advice[600];

	search->traffic = NULL;
	if (firewall_zone_owns(search->chain) &&
	    firewall_zone_hides(search->ruleset, search->chain, search->guests->device, advice,
				sizeof(advice)))
		firewall_add(search, FIREWALL_HIDDEN_ZONE, "", advice);
	for (unsigned i = 0; i < FIREWALL_TRAFFIC; i++) {
		search->traffic = &firewall_traffic[i];
		if (strcmp(search->traffic->hook, firewall_text(search->chain, "hook")) != 0 ||
		    (strcmp(search->traffic->hook, "forward") == 0 && !search->guests->forwards))
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
		    strcmp(firewall_text(search.chain, "type"), "filter") == 0)
			firewall_search_chain(&search);
	}
	return search.n;
}

bool firewall_undo_commands(const json_t *ruleset, const char *comment, char *text, size_t size)
{
	const json_t *all = json_object_get(ruleset, "nftables");
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *rule = json_object_get(json_array_get(all, i), "rule");
		char line[FIREWALL_CHAIN_MAX + 64];

		if (strcmp(firewall_text(rule, "comment"), comment) != 0 ||
		    !firewall_is_plain(firewall_text(rule, "table")) ||
		    !firewall_is_plain(firewall_text(rule, "chain")))
			continue;
		snprintf(line, sizeof(line), "delete rule %s %s %s handle %lld\n",
			 firewall_text(rule, "family"), firewall_text(rule, "table"),
			 firewall_text(rule, "chain"),
			 (long long)json_integer_value(json_object_get(rule, "handle")));
		if (length + strlen(line) >= size)
			return false;
		memcpy(text + length, line, strlen(line) + 1);
		length += strlen(line);
	}
	return true;
}
