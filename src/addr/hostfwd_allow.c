// SPDX-License-Identifier: GPL-2.0-or-later
#include "hostfwd_allow.h"

#include <stdio.h>
#include <string.h>

#include "parse.h"

void hostfwd_allows_init(struct hostfwd_allows *allows)
{
	*allows = (struct hostfwd_allows){
		.n = 1,
		.list[0] = {.any = true, .first = HOSTFWD_ALLOW_DEFAULT_FIRST, .last = UINT16_MAX}};
}

static int hostfwd_allow_parse_ports(struct hostfwd_allow *allow, char *text,
				     struct problem *problem)
{
	char *rest = text;
	const char *first_text = strsep(&rest, "-");
	const char *last_text = rest ? rest : first_text;
	unsigned first;
	unsigned last;

	if (parse_number(first_text, 1, UINT16_MAX, &first) < 0 ||
	    parse_number(last_text, 1, UINT16_MAX, &last) < 0)
		return problem_set(
			problem, STATUS_USAGE,
			"not a port or a range of them; use one like 8080 or 1024-65535, or none");
	if (last < first)
		return problem_set(problem, STATUS_USAGE,
				   "the port range ends (%u) before it begins (%u)", last, first);
	allow->first = (uint16_t)first;
	allow->last = (uint16_t)last;
	return 0;
}

static int hostfwd_allow_parse_who(struct hostfwd_allow *allow, const char *who,
				   struct problem *problem)
{
	const char *name = who + (*who == '@');

	if (parse_name(name, HOSTFWD_WHO_MAX - 2) < 0 && *name != '_')
		return problem_set(problem, STATUS_USAGE,
				   "'%.64s' is neither a user nor a group; use USER, or @GROUP",
				   who);
	if (strlen(who) >= sizeof(allow->who))
		return problem_set(problem, STATUS_USAGE, "'%.64s' is too long for a name", who);
	memcpy(allow->who, who, strlen(who) + 1);
	return 0;
}

int hostfwd_allows_add(struct hostfwd_allows *allows, const char *text, struct problem *problem)
{
	struct hostfwd_allow *allow = &allows->list[allows->n];
	char copy[128];
	char *who = copy;
	char *ports;
	char *colon;

	if (strcmp(text, "none") == 0) {
		allows->n = 0;
		return 0;
	}
	if (allows->n == HOSTFWD_ALLOWS_MAX)
		return problem_set(problem, STATUS_USAGE, "given more than %d times",
				   HOSTFWD_ALLOWS_MAX);
	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy))
		return problem_set(problem, STATUS_USAGE, "too long");
	*allow = (struct hostfwd_allow){.any = true};
	ports = strsep(&who, ",");
	colon = strrchr(ports, ':');
	if (colon) {
		*colon = '\0';
		allow->any = false;
		if (hostfwd_parse_address(ports, &allow->host) < 0)
			return problem_set(problem, STATUS_USAGE,
					   "'%.64s' is not an address of the host; use one like "
					   "127.0.0.1 or [::1], or omit it for all",
					   ports);
		ports = colon + 1;
	}
	if (hostfwd_allow_parse_ports(allow, ports, problem) < 0 ||
	    (who && hostfwd_allow_parse_who(allow, who, problem) < 0))
		return -1;
	allows->n++;
	return 0;
}

bool hostfwd_allow_has(const struct hostfwd_allow *allow, const struct hostfwd *hostfwd)
{
	if (hostfwd->first < allow->first || hostfwd->last > allow->last)
		return false;
	return allow->any || (!hostfwd->any && IN6_ARE_ADDR_EQUAL(&allow->host, &hostfwd->host));
}

const struct hostfwd_allow *hostfwd_allows_find(const struct hostfwd_allows *allows,
						const struct hostfwd *hostfwd)
{
	for (unsigned i = 0; i < allows->n; i++) {
		if (hostfwd_allow_has(&allows->list[i], hostfwd))
			return &allows->list[i];
	}
	return NULL;
}
