// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_iptables.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "firewall_json.h"

/* Translates an option and its value; NULL: we cannot evaluate it. */
static json_t *firewall_iptables_match(const char *op, const char *left, const char *key,
				       const char *value)
{
	return json_pack("{s:{s:s,s:{s:{s:s}},s:s}}", "match", "op", op, "left", left, "key", key,
			 "right", value);
}

static json_t *firewall_iptables_address(const char *op, const char *family, const char *field,
					 const char *value)
{
	char address[64];
	int bits = strcmp(family, "ip6") == 0 ? 128 : 32;
	json_t *prefix;

	if (sscanf(value, "%63[^/]/%d", address, &bits) < 1)
		return NULL;
	prefix = json_pack("{s:{s:s,s:i}}", "prefix", "addr", address, "len", bits);
	return json_pack("{s:{s:s,s:{s:{s:s,s:s}},s:o}}", "match", "op", op, "left", "payload",
			 "protocol", family, "field", field, "right", prefix);
}

static json_t *firewall_iptables_port(const char *op, const char *field, const char *value)
{
	int first = 0;
	int last = 0;
	int n = sscanf(value, "%d:%d", &first, &last);

	return json_pack("{s:{s:s,s:{s:{s:s,s:s}},s:{s:[i,i]}}}", "match", "op", op, "left",
			 "payload", "protocol", "th", "field", field, "right", "range", first,
			 n == 2 ? last : first);
}

static json_t *firewall_iptables_list(const char *op, const char *left, const char *value,
				      json_t *rest)
{
	json_t *list = json_array();

	for (size_t length; *value; value += length + (value[length] == ',')) {
		char word[32];

		length = strcspn(value, ",");
		snprintf(word, sizeof(word), "%.*s", (int)length, value);
		for (char *c = word; *c; c++)
			*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + ('a' - 'A') : *c);
		json_array_append_new(list, json_string(word));
	}
	return json_pack("{s:{s:s,s:{s:o},s:o}}", "match", "op", op, "left", left, rest, "right",
			 list);
}

/* A device ends in '+' where nft uses '*'. */
static json_t *firewall_iptables_device(const char *op, const char *key, char *value)
{
	size_t length = strlen(value);

	if (length > 0 && value[length - 1] == '+')
		value[length - 1] = '*';
	return firewall_iptables_match(op, "meta", key, value);
}

static json_t *firewall_iptables_option(const char *family, const char *option, const char *op,
					char *value)
{
	if (strcmp(option, "-i") == 0)
		return firewall_iptables_device(op, "iifname", value);
	if (strcmp(option, "-o") == 0)
		return firewall_iptables_device(op, "oifname", value);
	if (strcmp(option, "-p") == 0)
		return firewall_iptables_match(op, "meta", "l4proto", value);
	if (strcmp(option, "-s") == 0)
		return firewall_iptables_address(op, family, "saddr", value);
	if (strcmp(option, "-d") == 0)
		return firewall_iptables_address(op, family, "daddr", value);
	if (strcmp(option, "--sport") == 0)
		return firewall_iptables_port(op, "sport", value);
	if (strcmp(option, "--dport") == 0)
		return firewall_iptables_port(op, "dport", value);
	if (strcmp(option, "--ctstate") == 0 && strcmp(value, "DNAT") == 0)
		return firewall_iptables_match(op, "ct", "status", "dnat");
	if (strcmp(option, "--ctstate") == 0 || strcmp(option, "--state") == 0)
		return firewall_iptables_list(op, "ct", value, json_pack("{s:s}", "key", "state"));
	if (strcmp(option, "--dst-type") == 0)
		return firewall_iptables_list(
			op, "fib", value,
			json_pack("{s:s,s:[s]}", "result", "type", "flags", "daddr"));
	return NULL;
}

static json_t *firewall_iptables_verdict(const char *option, const char *target)
{
	static const struct {
		const char *target;
		const char *verdict;
	} verdicts[] = {{"ACCEPT", "accept"}, {"DROP", "drop"},	    {"REJECT", "reject"},
			{"RETURN", "return"}, {"NFQUEUE", "queue"}, {"QUEUE", "queue"}};
	static const char *const harmless[] = {"LOG",	   "NFLOG",   "MARK", "CONNMARK", "TCPMSS",
					       "CLASSIFY", "NOTRACK", "CT",   "TRACE",	  "DSCP"};

	for (unsigned i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		if (strcmp(target, verdicts[i].target) == 0)
			return json_pack("{s:n}", verdicts[i].verdict);
	}
	for (unsigned i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
		if (strcmp(target, harmless[i]) == 0)
			return json_pack("{s:n}", "log");
	}
	return json_pack("{s:{s:s}}", strcmp(option, "-g") == 0 ? "goto" : "jump", "target",
			 target);
}

char *firewall_iptables_word(char **rest)
{
	char *word = *rest + strspn(*rest, " ");
	char end = ' ';

	if (*word == '\0')
		return NULL;
	if (*word == '"') {
		word++;
		end = '"';
	}
	*rest = strchr(word, end);
	if (!*rest)
		*rest = word + strlen(word);
	else
		*(*rest)++ = '\0';
	return word;
}

/* Module names, and options that only describe a target or nothing, say nothing new. */
static bool firewall_iptables_is_silent(const char *option)
{
	static const char *const silent[] = {"-m",	     "--comment",   "--reject-with",
					     "--log-prefix", "--log-level", "--clamp-mss-to-pmtu",
					     "--set-xmark"};

	for (unsigned i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
		if (strcmp(option, silent[i]) == 0)
			return true;
	}
	return false;
}

/* "-A CHAIN …", after "-A ". */
static void firewall_iptables_add_rule(json_t *all, const char *family, char *line,
				       unsigned *positions)
{
	char *chain = firewall_iptables_word(&line);
	json_t *statements = json_array();
	json_t *rule;
	const char *comment = NULL;
	const char *op = "==";

	for (char *option; chain && (option = firewall_iptables_word(&line));) {
		char *value;
		json_t *statement;

		if (strcmp(option, "!") == 0) {
			op = "!=";
			continue;
		}
		value = firewall_iptables_word(&line);
		if (strcmp(option, "--comment") == 0)
			comment = value;
		if (!value)
			break;
		if (strcmp(option, "-j") == 0 || strcmp(option, "-g") == 0)
			statement = firewall_iptables_verdict(option, value);
		else if (firewall_iptables_is_silent(option))
			continue;
		else
			statement = firewall_iptables_option(family, option, op, value);
		json_array_append_new(statements, statement ? statement : json_pack("{s:n}", "xt"));
		op = "==";
	}
	rule = json_pack("{s:{s:s,s:s,s:s,s:i,s:o}}", "rule", "family", family, "table", "filter",
			 "chain", chain ? chain : "", "handle", (int)++*positions, "expr",
			 statements);
	if (comment)
		json_object_set_new(json_object_get(rule, "rule"), "comment", json_string(comment));
	json_array_append_new(all, rule);
}

static void firewall_iptables_add_chain(json_t *all, const char *family, const char *name,
					const char *policy)
{
	static const struct {
		const char *name;
		const char *hook;
	} hooks[] = {{"INPUT", "input"}, {"FORWARD", "forward"}, {"OUTPUT", "output"}};

	for (unsigned i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
		if (strcmp(name, hooks[i].name) != 0)
			continue;
		json_array_append_new(all,
				      json_pack("{s:{s:s,s:s,s:s,s:s,s:s,s:s}}", "chain", "family",
						family, "table", "filter", "name", name, "type",
						"filter", "hook", hooks[i].hook, "policy",
						strcmp(policy, "DROP") == 0 ? "drop" : "accept"));
		return;
	}
	json_array_append_new(all, json_pack("{s:{s:s,s:s,s:s}}", "chain", "family", family,
					     "table", "filter", "name", name));
}

static void firewall_iptables_add(json_t *all, const char *family, const char *text)
{
	char line[FIREWALL_IPTABLES_LINE_MAX];
	char chain[64];
	char last[64] = "";
	char policy[16];
	unsigned position = 0;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\n"), text);
		if (sscanf(line, "-P %63s %15s", chain, policy) == 2) {
			firewall_iptables_add_chain(all, family, chain, policy);
		} else if (sscanf(line, "-N %63s", chain) == 1) {
			firewall_iptables_add_chain(all, family, chain, "");
		} else if (sscanf(line, "-A %63s", chain) == 1) {
			if (strcmp(chain, last) != 0) /* rules are listed chain by chain */
				position = 0;
			memcpy(last, chain, sizeof(last));
			firewall_iptables_add_rule(all, family, line + strlen("-A "), &position);
		}
	}
}

json_t *firewall_iptables_load(const char *ipv4, const char *ipv6)
{
	json_t *all = json_array();
	json_t *ruleset;

	firewall_iptables_add(all, "ip", ipv4);
	firewall_iptables_add(all, "ip6", ipv6);
	ruleset = json_pack("{s:b,s:o}", "legacy", 1, "nftables", all);
	firewall_json_index(ruleset);
	return ruleset;
}

bool firewall_iptables_is_legacy(const json_t *ruleset)
{
	return json_object_get(ruleset, "legacy") != NULL;
}

bool firewall_iptables_owns(const json_t *chain)
{
	const char *family = firewall_json_text(chain, "family");
	const char *name = firewall_json_text(chain, "name");

	return strcmp(firewall_json_text(chain, "table"), "filter") == 0 &&
	       (strcmp(family, "ip") == 0 || strcmp(family, "ip6") == 0) &&
	       (strcmp(name, "FORWARD") == 0 || strcmp(name, "INPUT") == 0 ||
		strcmp(name, "OUTPUT") == 0);
}
