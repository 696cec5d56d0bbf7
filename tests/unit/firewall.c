// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rulesets as the real programs made them (tests/unit/rulesets: Debian 12's
 * docker.io, ufw, firewalld, iptables-legacy), and small ones for what those do
 * not have: which of their chains drop, and what mends it.
 */
#include "firewall.h"

#include "firewall_iptables.h"
#include "firewall_json.h"
#include "firewall_list.h"
#include "firewall_rule.h"
#include "firewall_traffic.h"

#include <limits.h>

#include "unit.h"

static const struct subnet subnet = {
	.gateway = 0xc0a86901, .prefix = 24, .dhcp_first = 0xc0a86902, .dhcp_last = 0xc0a869fe};

static char rulesets[PATH_MAX];
static struct firewall_finding findings[FIREWALL_FINDINGS_MAX];

static char *read_file(const char *name)
{
	enum { SIZE = 65536 };
	char path[PATH_MAX + 64];
	char *text = calloc(1, SIZE);
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", rulesets, name);
	file = fopen(path, "re");
	ck_assert_msg(file != NULL, "%s", path);
	ck_assert_uint_lt(fread(text, 1, SIZE, file), SIZE);
	fclose(file);
	return text;
}

/* Loads the ruleset of a file, or of iptables-legacy's two. */
static struct json_t *load(const char *file)
{
	char *text = read_file(file);
	struct json_t *ruleset;

	if (strcmp(file, "legacy.txt") == 0) {
		char *ipv6 = read_file("legacy6.txt");

		ruleset = firewall_iptables_load(text, ipv6);
		free(ipv6);
	} else {
		ruleset = firewall_json_load(text);
	}
	free(text);
	ck_assert_ptr_nonnull(ruleset);
	return ruleset;
}

static bool hostfwd; /* ports of the host lead to guests */
static bool bridged; /* guests reach each other by a bridge that is filtered */
static bool closed;  /* they do not get out */

static unsigned find(const struct json_t *ruleset, bool ipv6)
{
	const struct firewall_guests guests = {.hostfwd = hostfwd,
					       .name = "shared",
					       .device = "vmnet-shared",
					       .uplink = "up0",
					       .uplink6 = "up0",
					       .subnet = &subnet,
					       .forwards = !closed,
					       .bridged = bridged,
					       .ipv6 = ipv6};

	return firewall_find(ruleset, &guests, findings);
}

static const struct firewall_finding *finding_of(unsigned n, const char *chain)
{
	for (unsigned i = 0; i < n; i++) {
		if (strcmp(findings[i].chain, chain) == 0)
			return &findings[i];
	}
	return NULL;
}

#define V4	 "meta nfproto ipv4 "
#define OUT	 "iifname \"vmnet-shared\" counter accept comment \"vde_vmnet shared\""
#define BACK	 "oifname \"vmnet-shared\" counter accept comment \"vde_vmnet shared\""
#define IN(what) "iifname \"vmnet-shared\" " what " counter accept comment \"vde_vmnet shared\""

static const struct {
	const char *file;
	bool ipv6;
	unsigned n;
	const char *chain;
	enum firewall_remedy remedy;
	const char *traffic;
	const char *commands; /* NULL: none */
	const char *advice;
} recorded[] = {
	{"docker.json", false, 1, "ip filter FORWARD", FIREWALL_RULE,
	 "outgoing guest traffic, replies to guests",
	 "insert rule ip filter DOCKER-USER handle 8 " OUT
	 "\ninsert rule ip filter DOCKER-USER handle 8 " BACK,
	 "iptables -I DOCKER-USER -i vmnet-shared -j ACCEPT; "
	 "iptables -I DOCKER-USER -o vmnet-shared -j ACCEPT"},
	{"docker.json", true, 1, "ip filter FORWARD", FIREWALL_RULE, "outgoing guest",
	 "DOCKER-USER", "iptables"},
	{"docker6.json", true, 2, "ip6 filter FORWARD", FIREWALL_RULE, "outgoing guest",
	 "add rule ip6 filter FORWARD " OUT "\nadd rule ip6 filter FORWARD " BACK,
	 "ip6tables -I FORWARD -i vmnet-shared -j ACCEPT"},
	{"ufw.json", false, 2, "ip filter FORWARD", FIREWALL_RULE, "outgoing guest traffic",
	 "add rule ip filter ufw-user-forward " OUT, "ufw route allow in on vmnet-shared"},
	{"ufw.json", false, 2, "ip filter INPUT", FIREWALL_RULE, "DHCP, DNS",
	 "add rule ip filter ufw-user-input " IN(
		 "udp dport 67") "\n"
				 "add rule ip filter ufw-user-input " IN(
					 "udp dport 53") "\n"
							 "add rule ip filter ufw-user-input " IN(
								 "tcp dport 53"),
	 "ufw allow in on vmnet-shared to any port 67 proto udp; "
	 "ufw allow in on vmnet-shared to any port 53"},
	{"ufw.json", true, 4, "ip6 filter FORWARD", FIREWALL_RULE, "outgoing guest traffic",
	 "add rule ip6 filter ufw6-user-forward " OUT, "ufw route allow in on vmnet-shared"},
	{"ufw.json", true, 4, "ip6 filter INPUT", FIREWALL_RULE, "DHCPv6, DNS",
	 "add rule ip6 filter ufw6-user-input " IN("udp dport 547"),
	 "ufw allow in on vmnet-shared to any port 547 proto udp"},
	{"firewalld.json", true, 1, "firewalld", FIREWALL_ZONE,
	 "outgoing guest traffic, DHCP, DHCPv6, DNS", NULL,
	 "firewall-cmd --reload (after make install"},
	{"legacy.txt", false, 2, "ip filter FORWARD", FIREWALL_LEGACY, "outgoing guest traffic",
	 "-I FORWARD 4 -i vmnet-shared -j ACCEPT",
	 "iptables-legacy -I FORWARD -i vmnet-shared -j ACCEPT"},
	{"legacy.txt", false, 2, "ip filter INPUT", FIREWALL_LEGACY, "DHCP, DNS",
	 "-A INPUT -i vmnet-shared -p udp --dport 67 -j ACCEPT\n"
	 "-A INPUT -i vmnet-shared -p udp --dport 53 -j ACCEPT\n"
	 "-A INPUT -i vmnet-shared -p tcp --dport 53 -j ACCEPT",
	 "iptables-legacy -I INPUT -i vmnet-shared -p udp --dport 67 -j ACCEPT"},
	{"legacy.txt", true, 4, "ip6 filter FORWARD", FIREWALL_LEGACY, "outgoing guest traffic",
	 "-A FORWARD -i vmnet-shared -j ACCEPT", "ip6tables-legacy -I FORWARD"},
	{"legacy.txt", true, 4, "ip6 filter INPUT", FIREWALL_LEGACY, "neighbour discovery",
	 "-A INPUT -i vmnet-shared -p ipv6-icmp -j ACCEPT", "-p ipv6-icmp"},
};

START_TEST(real_firewalls_are_understood)
{
	struct json_t *ruleset = load(recorded[_i].file);
	unsigned n = find(ruleset, recorded[_i].ipv6);
	const struct firewall_finding *finding = finding_of(n, recorded[_i].chain);
	char traffic[256];

	ck_assert_uint_eq(n, recorded[_i].n);
	ck_assert_ptr_nonnull(finding);
	ck_assert_int_eq(finding->remedy, recorded[_i].remedy);
	firewall_traffic_describe(finding->traffic, traffic, sizeof(traffic));
	ck_assert_msg(strstr(traffic, recorded[_i].traffic) != NULL, "%s", traffic);
	if (recorded[_i].commands)
		ck_assert_msg(strstr(finding->commands, recorded[_i].commands) != NULL, "%s",
			      finding->commands);
	else
		ck_assert_str_eq(finding->commands, "");
	ck_assert_msg(strstr(finding->advice, recorded[_i].advice) != NULL, "%s", finding->advice);
	firewall_json_free(ruleset);
}
END_TEST

/* As between two steps of "ufw reload": the chain is there, and nothing jumps to it. */
#define LED "ct status dnat counter accept comment \"vde_vmnet shared\""

static const struct {
	const char *file;
	const char *chain;
	const char *command; /* NULL: it lets that pass */
	const char *advice;
} led[] = {
	{"docker.json", "ip filter FORWARD",
	 "insert rule ip filter DOCKER-USER handle 8 oifname \"vmnet-shared\" " LED,
	 "iptables -I DOCKER-USER -o vmnet-shared -m conntrack --ctstate DNAT -j ACCEPT"},
	{"ufw.json", "ip filter FORWARD",
	 "add rule ip filter ufw-user-forward oifname \"vmnet-shared\" " LED,
	 "ufw route allow out on vmnet-shared"},
	{"ufw.json", "ip6 filter FORWARD",
	 "add rule ip6 filter ufw6-user-forward oifname \"vmnet-shared\" " LED,
	 "ufw route allow out on vmnet-shared"},
	{"legacy.txt", "ip filter FORWARD",
	 " FORWARD 4 -o vmnet-shared -m conntrack --ctstate DNAT -j ACCEPT", "iptables-legacy -I"},
	{"firewalld.json", "firewalld", NULL, NULL},
};

START_TEST(what_forwarded_ports_lead_in_passes)
{
	struct json_t *ruleset = load(led[_i].file);
	const struct firewall_finding *finding = finding_of(find(ruleset, true), led[_i].chain);

	/* Without forwards nothing is let in. */
	ck_assert(!finding ||
		  (!strstr(finding->commands, "dnat") && !strstr(finding->commands, "DNAT")));
	hostfwd = true;
	finding = finding_of(find(ruleset, true), led[_i].chain);
	hostfwd = false;
	ck_assert_ptr_nonnull(finding);
	if (led[_i].command) {
		ck_assert_msg(strstr(finding->commands, led[_i].command), "%s", finding->commands);
		ck_assert_msg(strstr(finding->advice, led[_i].advice), "%s", finding->advice);
	}
	/* The third row of firewall_traffic. */
	ck_assert(!led[_i].command == !(finding->traffic & 1u << 2));
	firewall_json_free(ruleset);
}
END_TEST

/* Of each family, whether guests get out or not; not where no bridge is filtered. */
START_TEST(what_a_bridge_passes_is_let_pass)
{
	struct json_t *ruleset = firewall_iptables_load(
		"-P FORWARD DROP\n-A FORWARD -i vmnet-shared -o up0 -j ACCEPT\n"
		"-A FORWARD -o vmnet-shared -i up0 -j ACCEPT\n",
		"");
	const char *rule = "-i vmnet-shared -o vmnet-shared -j ACCEPT";

	ck_assert_ptr_nonnull(ruleset);
	for (int i = 0; i < 2; i++) {
		closed = i != 0;
		bridged = false;
		ck_assert_uint_eq(find(ruleset, false), 0);
		bridged = true;
		ck_assert_uint_eq(find(ruleset, false), 1);
		ck_assert_msg(strstr(findings[0].commands, rule), "%s", findings[0].commands);
		ck_assert_msg(strstr(findings[0].advice, rule), "%s", findings[0].advice);
		ck_assert_uint_eq(findings[0].traffic, 1u << 13);
	}
	closed = bridged = false;
	firewall_json_free(ruleset);
	ruleset = load("docker.json");
	closed = bridged = true;
	ck_assert_uint_ge(find(ruleset, false), 1);
	ck_assert_msg(strstr(findings[0].commands, "iifname \"vmnet-shared\" oifname "
						   "\"vmnet-shared\" counter accept"),
		      "%s", findings[0].commands);
	closed = bridged = false;
	firewall_json_free(ruleset);
}
END_TEST

/* A rule that lets in what was sent on is known, as firewalld has one, and Docker's iptables. */
START_TEST(who_lets_in_what_was_sent_on_is_left_alone)
{
	struct json_t *ruleset = firewall_iptables_load(
		"-P FORWARD DROP\n-A FORWARD -i vmnet-shared -j ACCEPT\n"
		"-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
		"-A FORWARD -m conntrack --ctstate DNAT -j ACCEPT\n",
		"");

	hostfwd = true;
	ck_assert_uint_eq(find(ruleset, false), 0);
	hostfwd = false;
	firewall_json_free(ruleset);
}
END_TEST

START_TEST(a_chain_that_is_about_to_go_gets_no_rule)
{
	char *text = read_file("ufw.json");
	const char *jump = "{\"target\": \"ufw-user-forward\"}";
	char *found = strstr(text, jump);
	const struct firewall_finding *finding;
	struct json_t *ruleset;

	ck_assert_ptr_nonnull(found);
	memcpy(found, "{\"target\": \"ufw-user-output\" }", strlen(jump));
	ruleset = firewall_json_load(text);
	ck_assert_ptr_nonnull(ruleset);
	finding = finding_of(find(ruleset, false), "ip filter FORWARD");
	ck_assert_ptr_nonnull(finding);
	ck_assert_ptr_null(strstr(finding->commands, "ufw-user-forward"));
	ck_assert_ptr_nonnull(strstr(finding->commands, "add rule ip filter FORWARD " OUT));
	firewall_json_free(ruleset);
	free(text);
}
END_TEST

START_TEST(a_zone_that_accepts_is_left_alone)
{
	struct json_t *ruleset = load("firewalld-trusted.json");

	ck_assert_uint_eq(find(ruleset, false), 0);
	ck_assert_uint_eq(find(ruleset, true), 0);
	firewall_json_free(ruleset);
}
END_TEST

/*
 * firewalld's rules for what comes in, of release 1 ("ZONES", goto), 2.0 ("POLICIES", jump)
 * and 2.5 ("dispatch", and chains from zone to zone).
 * Our zone accepts, "drop" drops.
 */
#define FIREWALLD_RULE(chain, expr)                                                                \
	",{\"rule\":{\"family\":\"inet\",\"table\":\"firewalld\",\"chain\":\"filter_" chain        \
	"\",\"handle\":1,\"expr\":[" expr "]}}"
#define FIREWALLD(dispatch, rules)                                                                 \
	"{\"nftables\":[{\"chain\":{\"family\":\"inet\",\"table\":\"firewalld\",\"name\":"         \
	"\"filter_INPUT\",\"type\":\"filter\",\"hook\":\"input\",\"policy\":\"accept\"}"           \
	"}" FIREWALLD_RULE("INPUT", "{\"jump\":{\"target\":\"filter_INPUT_" dispatch "\"}}")       \
		FIREWALLD_RULE("IN_vde_vmnet", "{\"accept\":null}")                                \
			FIREWALLD_RULE("IN_drop", "{\"drop\":null}") rules "]}"
#define FIREWALLD_GO(dispatch, go, device, zone)                                                   \
	FIREWALLD_RULE("INPUT_" dispatch,                                                          \
		       "{\"match\":{\"op\":\"==\",\"left\":{\"meta\":{\"key\":\"iifname\"}},"      \
		       "\"right\":\"" device "\"}},{\"" go "\":{\"target\":\"filter_IN_" zone      \
		       "\"}}")
#define GO1(device, zone)  FIREWALLD_GO("ZONES", "goto", device, zone)
#define GO2(device, zone)  FIREWALLD_GO("POLICIES", "jump", device, zone)
#define GO25(device, zone) FIREWALLD_GO("dispatch", "jump", device, zone "_to_HOST")

static const struct {
	const char *ruleset;
	unsigned remedy; /* UINT_MAX: nothing is found */
	const char *advice;
} zones[] = {
	{FIREWALLD("ZONES", GO1("vmnet-*", "vde_vmnet")), UINT_MAX, ""},
	{FIREWALLD("ZONES", GO1("vmnet-shared", "vde_vmnet") GO1("vmnet-shared", "drop")), UINT_MAX,
	 ""},
	{FIREWALLD("ZONES", GO1("vmnet-*", "vde_vmnet") GO1("vmnet-share", "drop")), UINT_MAX, ""},
	{FIREWALLD("ZONES", GO1("vmnet-shared", "trusted") GO1("vmnet-*", "vde_vmnet")), UINT_MAX,
	 ""},
	{FIREWALLD("ZONES", GO1("vmnet-shared", "drop") GO1("vmnet-*", "vde_vmnet")),
	 FIREWALL_OTHER_ZONE, "firewall-cmd --zone=vde_vmnet --change-interface=vmnet-shared"},
	{FIREWALLD("ZONES", GO1("vmnet-*", "vde_vmnet") GO1("vmnet-shared", "drop")),
	 FIREWALL_HIDDEN_ZONE, "firewall-cmd --zone=vde_vmnet --remove-interface=vmnet-+; "},
	{FIREWALLD("POLICIES", GO2("vmnet-shared", "drop") GO2("vmnet-*", "vde_vmnet")),
	 FIREWALL_OTHER_ZONE, "firewall-cmd --zone=vde_vmnet --change-interface=vmnet-shared"},
	{FIREWALLD("POLICIES", GO2("vmnet-*", "vde_vmnet") GO2("vmnet-shared", "work")),
	 FIREWALL_HIDDEN_ZONE, "firewall-cmd --zone=vde_vmnet --remove-interface=vmnet-+; "},
	{FIREWALLD("dispatch", GO25("vmnet-*", "vde_vmnet") GO25("vmnet-shared", "work")),
	 FIREWALL_HIDDEN_ZONE, "firewall-cmd --zone=vde_vmnet --remove-interface=vmnet-+; "},
	{FIREWALLD("dispatch", GO25("vmnet-shared", "trusted") GO25("vmnet-*", "vde_vmnet")),
	 UINT_MAX, ""},
	/* While it reloads, and in its panic mode. */
	{"{\"nftables\":[{\"chain\":{\"family\":\"inet\",\"table\":\"firewalld_policy_drop\","
	 "\"name\":\"filter_output\",\"type\":\"filter\",\"hook\":\"output\",\"policy\":\"drop\"}}]"
	 "}",
	 UINT_MAX, ""},
};

START_TEST(a_zone_of_firewalld_is_its_own)
{
	struct json_t *ruleset = firewall_json_load(zones[_i].ruleset);
	unsigned n;

	ck_assert_ptr_nonnull(ruleset);
	n = find(ruleset, true);
	ck_assert_uint_eq(n, zones[_i].remedy != UINT_MAX);
	if (n > 0) {
		ck_assert_uint_eq(findings[0].remedy, zones[_i].remedy);
		ck_assert_str_eq(findings[0].chain, "firewalld");
		ck_assert_str_eq(findings[0].commands, "");
		ck_assert_msg(strncmp(findings[0].advice, zones[_i].advice,
				      strlen(zones[_i].advice)) == 0,
			      "%s", findings[0].advice);
	}
	firewall_json_free(ruleset);
}
END_TEST

#define CHAIN(family, table, name, hook, policy)                                                   \
	"{\"chain\":{\"family\":\"" family "\",\"table\":\"" table "\",\"name\":\"" name           \
	"\",\"type\":\"filter\",\"hook\":\"" hook "\",\"policy\":\"" policy "\"}}"
#define FORWARD CHAIN("inet", "f", "c", "forward", "drop")
#define RULE(expr)                                                                                 \
	",{\"rule\":{\"family\":\"inet\",\"table\":\"f\",\"chain\":\"c\",\"handle\":7,\"expr\":"   \
	"[" expr "]}}"
#define SUB(expr)                                                                                  \
	",{\"rule\":{\"family\":\"inet\",\"table\":\"f\",\"chain\":\"d\",\"handle\":9,\"expr\":"   \
	"[" expr "]}}"
#define MATCH(op, left, right)                                                                     \
	"{\"match\":{\"op\":\"" op "\",\"left\":" left ",\"right\":" right "}}"
#define IIF		      "{\"meta\":{\"key\":\"iifname\"}}"
#define OIF		      "{\"meta\":{\"key\":\"oifname\"}}"
#define STATE		      "{\"ct\":{\"key\":\"state\"}}"
#define SADDR		      "{\"payload\":{\"protocol\":\"ip\",\"field\":\"saddr\"}}"
#define DADDR		      "{\"payload\":{\"protocol\":\"ip\",\"field\":\"daddr\"}}"
#define SADDR6		      "{\"payload\":{\"protocol\":\"ip6\",\"field\":\"saddr\"}}"
#define DPORT		      "{\"payload\":{\"protocol\":\"tcp\",\"field\":\"dport\"}}"
#define MARK		      "{\"meta\":{\"key\":\"mark\"}}"
#define ACCEPT		      "{\"accept\":null}"
#define DROP		      "{\"drop\":null}"
#define JUMP		      "{\"jump\":{\"target\":\"d\"}}"
#define GOTO		      "{\"goto\":{\"target\":\"d\"}}"
#define PREFIX(address, bits) "{\"prefix\":{\"addr\":\"" address "\",\"len\":" bits "}}"
#define EST		      MATCH("in", STATE, "[\"established\",\"related\"]")
#define FINE		      UINT_MAX

/* The first packet that is dropped decides what is expected. */
static const struct {
	const char *ruleset;
	unsigned remedy;      /* of the finding; FINE: there is none */
	const char *commands; /* what they start with */
} small[] = {
	{FORWARD, FIREWALL_RULE, "add rule inet f c " V4 OUT "\nadd rule inet f c " V4 BACK},
	{CHAIN("inet", "f", "c", "forward", "accept"), FINE, ""},
	{CHAIN("ip", "f", "c", "forward", "drop"), FIREWALL_RULE, "add rule ip f c "},
	{CHAIN("ip6", "f", "c", "forward", "drop"), FINE, ""}, /* there is no IPv6 */
	{CHAIN("bridge", "f", "c", "forward", "drop"), FINE, ""},
	{CHAIN("inet", "f", "c", "prerouting", "drop"), FINE, ""},
	{CHAIN("inet", "vde_vmnet-two", "c", "forward", "drop"), FINE, ""},
	{CHAIN("inet", "f", "c", "input", "drop"), FIREWALL_RULE,
	 "add rule inet f c meta nfproto ipv4 iifname \"vmnet-shared\" udp dport 67 "},
	{CHAIN("inet", "f", "c", "output", "drop"), FIREWALL_RULE,
	 "add rule inet f c meta nfproto ipv4 oifname \"vmnet-shared\" udp sport 67 "},
	{FORWARD RULE(ACCEPT), FINE, ""},
	{FORWARD RULE(EST "," ACCEPT), FIREWALL_RULE, "add rule inet f c " V4 OUT},
	{FORWARD RULE(EST "," ACCEPT) RULE(MATCH("==", IIF, "\"vmnet-*\"") "," ACCEPT), FINE, ""},
	{FORWARD RULE(EST "," ACCEPT)
		 RULE(MATCH("==", IIF, "{\"set\":[\"lo\",\"vmnet-shared\"]}") "," ACCEPT),
	 FINE, ""},
	{FORWARD RULE(EST "," ACCEPT) RULE(MATCH("!=", IIF, "\"up0\"") "," ACCEPT), FINE, ""},
	{FORWARD RULE(EST "," ACCEPT)
		 RULE(MATCH("==", SADDR, PREFIX("192.168.0.0", "16")) "," ACCEPT),
	 FINE, ""},
	{FORWARD RULE(EST "," ACCEPT)
		 RULE(MATCH("==", SADDR, PREFIX("192.168.104.0", "23")) "," ACCEPT),
	 FINE, ""},
	{FORWARD RULE(EST "," ACCEPT)
		 RULE(MATCH("==", SADDR, PREFIX("192.168.106.0", "23")) "," ACCEPT),
	 FIREWALL_RULE, "add rule"},
	{FORWARD RULE(EST "," ACCEPT) RULE(MATCH(
		 "==", SADDR, "{\"range\":[\"192.168.105.1\",\"192.168.105.9\"]}") "," ACCEPT),
	 FINE, ""},
	{FORWARD RULE(EST "," ACCEPT) RULE(MATCH("==", SADDR6, PREFIX("fd00::", "8")) "," ACCEPT),
	 FIREWALL_RULE, "add rule"},
	{FORWARD RULE(EST "," ACCEPT) RULE(JUMP) SUB(ACCEPT), FINE, ""},
	{FORWARD RULE(EST "," ACCEPT) RULE(GOTO) SUB(MATCH("==", IIF, "\"eth7\"") "," ACCEPT),
	 FIREWALL_RULE, "add rule"},
	{FORWARD RULE(JUMP) SUB(JUMP), FIREWALL_RULE, "add rule"}, /* round and round */
	{FORWARD RULE("{\"vmap\":{\"key\":" STATE ",\"data\":{\"set\":[[\"established\"," ACCEPT
		      "],[\"new\"," ACCEPT "]]}}}"),
	 FINE, ""},
	/* What drops all: we go in front of it. */
	{CHAIN("inet", "f", "c", "forward", "accept") RULE(EST "," ACCEPT)
		 RULE("{\"counter\":{}},{\"reject\":{}}"),
	 FIREWALL_RULE, "insert rule inet f c handle 7 " V4 OUT},
	{CHAIN("inet", "f", "c", "forward", "accept") RULE(EST "," ACCEPT) RULE(JUMP) SUB(DROP),
	 FIREWALL_RULE, "insert rule inet f d handle 9 " V4 OUT},
	/* What drops some, somebody wanted so. */
	{CHAIN("inet", "f", "c", "forward", "accept") RULE(MATCH("!=", IIF, "\"eth0\"") "," DROP),
	 FIREWALL_ADVICE, ""},
	{CHAIN("inet", "f", "c", "forward", "accept") RULE(MATCH("==", OIF, "\"up0\"") "," JUMP)
		 SUB(DROP),
	 FIREWALL_ADVICE, ""},
	{CHAIN("inet", "f", "c", "forward", "accept")
		 RULE(MATCH("==", DADDR, PREFIX("10.0.0.0", "8")) "," DROP),
	 FINE, ""},
	{CHAIN("inet", "f", "c", "forward", "accept") RULE(MATCH("==", DPORT, "25") "," DROP), FINE,
	 ""},
	/* What cannot be told might have accepted. */
	{FORWARD RULE(MATCH("==", MARK, "7") "," ACCEPT), FIREWALL_ADVICE, ""},
	{FORWARD RULE(MATCH("==", SADDR, "\"@guests\"") "," JUMP) SUB(ACCEPT), FIREWALL_ADVICE, ""},
	{FORWARD RULE(MATCH("==", MARK, "7") "," JUMP) SUB(MATCH("==", MARK, "8") "," ACCEPT),
	 FIREWALL_ADVICE, ""},
	{FORWARD RULE(MATCH("==", MARK, "7") ",{\"vmap\":{\"key\":" STATE
					     ",\"data\":{\"set\":[[\"established\"," ACCEPT
					     "],[\"new\"," ACCEPT "]]}}}"),
	 FIREWALL_ADVICE, ""},
	{FORWARD RULE("{\"xt\":{\"type\":\"match\",\"name\":\"mac\"}}," ACCEPT), FIREWALL_ADVICE,
	 ""},
	{FORWARD RULE(MATCH("==", MARK, "7") "," DROP), FIREWALL_RULE, "add rule"},
	{FORWARD RULE("{\"limit\":{}}," ACCEPT), FIREWALL_ADVICE, ""},
	/* Names are quoted nowhere, so those that need it are not used. */
	{CHAIN("inet", "f; flush ruleset", "c", "forward", "drop"), FIREWALL_ADVICE, ""},
	{CHAIN("inet", "f", "c d", "forward", "drop"), FIREWALL_ADVICE, ""},
};

START_TEST(a_chain_is_walked)
{
	char text[8192];
	struct json_t *ruleset;
	unsigned n;

	snprintf(text, sizeof(text), "{\"nftables\":[%s]}", small[_i].ruleset);
	ruleset = firewall_json_load(text);
	ck_assert_msg(ruleset != NULL, "%s", text);
	n = find(ruleset, false);
	if (small[_i].remedy == FINE) {
		ck_assert_uint_eq(n, 0);
	} else {
		ck_assert_uint_eq(n, 1);
		ck_assert_uint_eq(findings[0].remedy, small[_i].remedy);
		ck_assert_msg(strncmp(findings[0].commands, small[_i].commands,
				      strlen(small[_i].commands)) == 0,
			      "%s", findings[0].commands);
		ck_assert((findings[0].remedy == FIREWALL_ADVICE) == (*findings[0].commands == 0));
		ck_assert_str_ne(findings[0].advice, "");
	}
	firewall_json_free(ruleset);
}
END_TEST

#define OURS                                                                                       \
	",{\"rule\":{\"family\":\"inet\",\"table\":\"f\",\"chain\":\"c\",\"handle\":8,"            \
	"\"comment\":"                                                                             \
	"\"vde_vmnet shared\",\"expr\":[" MATCH("==", IIF, "\"vmnet-shared\"") "," ACCEPT "]}}"

START_TEST(what_drops_in_spite_of_our_rule_is_let_be)
{
	struct json_t *ruleset = firewall_json_load("{\"nftables\":[" FORWARD RULE(DROP) OURS "]}");

	ck_assert_uint_eq(find(ruleset, false), 2); /* the way back has no rule of ours */
	ck_assert_int_eq(findings[0].remedy, FIREWALL_ADVICE);
	ck_assert_int_eq(findings[1].remedy, FIREWALL_RULE);
	firewall_json_free(ruleset);
}
END_TEST

START_TEST(our_rules_are_found_again)
{
	struct json_t *ruleset = firewall_json_load("{\"nftables\":[" FORWARD RULE(DROP) OURS "]}");
	char text[256];

	ck_assert(firewall_rule_format_delete(ruleset, "vde_vmnet shared", text, sizeof(text)));
	ck_assert_str_eq(text, "delete rule inet f c handle 8\n");
	ck_assert(firewall_rule_format_delete(ruleset, "vde_vmnet share", text, sizeof(text)));
	ck_assert_str_eq(text, "");
	/* No room: none is cut, and it is told. */
	ck_assert(!firewall_rule_format_delete(ruleset, "vde_vmnet shared", text, 10));
	ck_assert_str_eq(text, "");
	ck_assert(!firewall_rule_format_delete(ruleset, "vde_vmnet shared", text,
					       strlen("delete rule inet f c handle 8\n")));
	ck_assert_str_eq(text, "");
	firewall_json_free(ruleset);
}
END_TEST

/* A kernel: what was asked of it, and how many answers it has left. */
struct kernel {
	char asked[1024];
	int answers;
};

static const char *answer(void *data, const char *command)
{
	struct kernel *kernel = data;

	strncat(kernel->asked, command, sizeof(kernel->asked) - strlen(kernel->asked) - 1);
	if (kernel->answers-- <= 0)
		return NULL;
	if (strstr(command, "chains"))
		return "{\"nftables\":[" CHAIN("inet", "f", "c", "forward", "accept") "," CHAIN(
			"inet", "vde_vmnet-x", "c", "forward",
			"accept") "," CHAIN("inet", "f", "d", "input",
					    "accept") "," CHAIN("ip", "f", "c", "input",
								"accept") "]}";
	if (strstr(command, "inet"))
		return "{\"nftables\":[" FORWARD RULE(DROP) "]}";
	return "{\"nftables\":[" CHAIN("ip", "f", "c", "input", "accept") "]}";
}

/* Never ours, whose flag is too much for old versions of libnftables. */
START_TEST(each_table_is_asked_for_once)
{
	struct kernel kernel = {.answers = 3};
	struct json_t *ruleset = firewall_list(answer, &kernel);

	ck_assert_str_eq(
		kernel.asked,
		"{\"nftables\":[{\"list\":{\"chains\":null}}]}"
		"{\"nftables\":[{\"list\":{\"table\":{\"family\":\"inet\",\"name\":\"f\"}}}]}"
		"{\"nftables\":[{\"list\":{\"table\":{\"family\":\"ip\",\"name\":\"f\"}}}]}");
	ck_assert_ptr_nonnull(ruleset);
	ck_assert_uint_eq(find(ruleset, false), 1);
	firewall_json_free(ruleset);
}
END_TEST

/* As when a table goes after its chains were listed. */
START_TEST(half_an_answer_is_none)
{
	struct kernel kernel = {.answers = _i};

	ck_assert_ptr_null(firewall_list(answer, &kernel));
}
END_TEST

static const char *const nonsense[] = {
	"", "{", "[]", "{}", "null", "{\"nftables\":{}}", "{\"nftables\":null}",
};

START_TEST(nonsense_is_no_ruleset)
{
	ck_assert_ptr_null(firewall_json_load(nonsense[_i]));
}
END_TEST

/* As far as JSON goes, but with other shapes inside than those we know. */
static const char *const strange[] = {
	"[]",
	"[null,1,\"x\",[],{}]",
	"[{\"chain\":null},{\"rule\":7}]",
	"[{\"chain\":{\"family\":1,\"hook\":[]}}]",
	"[" FORWARD RULE("null,1,[],{}") "]",
	"[" FORWARD RULE("{\"match\":null},{\"vmap\":1},{\"jump\":null},{\"xt\":null}") "]",
	"[" FORWARD RULE("{\"vmap\":{\"key\":" STATE ",\"data\":{\"set\":[[],1,[\"new\"]]}}}") "]",
	"[" FORWARD RULE("{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{}},\"right\":{"
			 "\"prefix\":{}}}}") "]",
	"[" FORWARD RULE(MATCH("==", SADDR, PREFIX("x", "999"))) "]",
	"[" FORWARD RULE(MATCH("==", SADDR, "{\"range\":[]}")) "]",
	"[" FORWARD RULE(MATCH("<", IIF, "[[[]]]")) "]",
};

START_TEST(strange_shapes_harm_nobody)
{
	char text[1024];
	struct json_t *ruleset;

	snprintf(text, sizeof(text), "{\"nftables\":%s}", strange[_i]);
	ruleset = firewall_json_load(text);
	ck_assert_msg(ruleset != NULL, "%s", text);
	find(ruleset, true);
	firewall_json_free(ruleset);
}
END_TEST

static const char *const legacy_texts[] = {
	"",
	"\n",
	"-A",
	"-A FORWARD",
	"-A FORWARD -j",
	"-P FORWARD",
	"-N",
	"-A FORWARD ! -i",
	"-A FORWARD -m comment --comment \"torn",
	"-A FORWARD -j ACCEPT",
	"x y z",
};

START_TEST(strange_lines_of_iptables_harm_nobody)
{
	struct json_t *ruleset = firewall_iptables_load(legacy_texts[_i], legacy_texts[_i]);

	ck_assert_ptr_nonnull(ruleset);
	ck_assert_uint_eq(find(ruleset, true), 0);
	firewall_json_free(ruleset);
}
END_TEST

/* Each chain has some rules, which all jump to the next; the last drops. */
START_TEST(many_jumps_are_walked_once)
{
	enum { CHAINS = 15, JUMPS = 100, RULE_MAX = 128 };
	char *json = malloc((size_t)CHAINS * JUMPS * RULE_MAX);
	struct json_t *ruleset;
	size_t length;

	ck_assert_ptr_nonnull(json);
	length = (size_t)sprintf(
		json,
		"{\"nftables\":[{\"chain\":{\"family\":\"ip\",\"table\":\"t\",\"name\":\"c0\","
		"\"type\":\"filter\",\"hook\":\"forward\",\"policy\":\"drop\"}}");
	for (int chain = 0; chain < CHAINS; chain++) {
		for (int i = 0; i < JUMPS; i++)
			length += (size_t)sprintf(
				json + length,
				",{\"rule\":{\"family\":\"ip\",\"table\":\"t\",\"chain\":\"c%d\","
				"\"expr\":[{\"jump\":{\"target\":\"c%d\"}}]}}",
				chain, chain + 1);
	}
	sprintf(json + length, "]}");
	ruleset = firewall_json_load(json);
	ck_assert_ptr_nonnull(ruleset);
	ck_assert_uint_eq(find(ruleset, false), 1);
	ck_assert_str_eq(findings[0].chain, "ip t c0");
	firewall_json_free(ruleset);
	free(json);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(real_firewalls_are_understood, recorded),
		UNIT_CASES(what_forwarded_ports_lead_in_passes, led),
		UNIT_TEST(what_a_bridge_passes_is_let_pass),
		UNIT_TEST(who_lets_in_what_was_sent_on_is_left_alone),
		UNIT_TEST(a_chain_that_is_about_to_go_gets_no_rule),
		UNIT_TEST(a_zone_that_accepts_is_left_alone),
		UNIT_CASES(a_zone_of_firewalld_is_its_own, zones),
		UNIT_CASES(a_chain_is_walked, small),
		UNIT_TEST(many_jumps_are_walked_once),
		UNIT_TEST(what_drops_in_spite_of_our_rule_is_let_be),
		UNIT_TEST(our_rules_are_found_again),
		UNIT_TEST(each_table_is_asked_for_once),
		{half_an_answer_is_none, 3},
		UNIT_CASES(nonsense_is_no_ruleset, nonsense),
		UNIT_CASES(strange_shapes_harm_nobody, strange),
		UNIT_CASES(strange_lines_of_iptables_harm_nobody, legacy_texts),
	};

	if (!realpath("tests/unit/rulesets", rulesets)) {
		perror("tests/unit/rulesets");
		return EXIT_FAILURE;
	}
	return unit_run("firewall", tests, UNIT_COUNT(tests));
}
