// SPDX-License-Identifier: GPL-2.0-or-later
#include "request.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "log.h"
#include "mac.h"

enum { REQUEST_PREFIX_BITS = 8 * sizeof(struct in6_addr) };

/* Whether guests could have them all: at most MAC_LIST_MAX, or one more for "any". */
static bool request_has_addresses(const struct request *request, unsigned max)
{
	if (request->n_addresses > max)
		return false;
	if (request->verb == REQUEST_OTHERS || request->verb == REQUEST_APART ||
	    request->verb == REQUEST_SLOTS || request->verb == REQUEST_PREFIXES)
		return true;
	for (unsigned i = 0; i < request->n_addresses && i < MAC_LIST_MAX; i++) {
		if (request->addresses[i] >> 48 || (request->addresses[i] >> 40 & 1))
			return false;
	}
	return true;
}

static bool request_is_text(const char *text, size_t size)
{
	return memchr(text, '\0', size);
}

/* "+" or "-", something, and a newline; any number of times, or none. */
static bool request_is_lines(const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		if ((*text != '+' && *text != '-') || length < 2 || text[length] != '\n')
			return false;
		text += length + 1;
	}
	return true;
}

/* Whether strings are terminated within their fields. */
static bool request_has_texts(const struct request *request)
{
	const struct request_facts *facts = &request->facts;

	if (request->verb == REQUEST_RESULT || request->verb == REQUEST_EVENT)
		return request_is_text(request->text, sizeof(request->text));
	if (request->verb == REQUEST_FORWARD_APPLY)
		return request_is_text(request->text, sizeof(request->text)) &&
		       request_is_lines(request->text);
	if (request->verb != REQUEST_FACTS)
		return true;
	if (facts->n_uplinks > REQUEST_UPLINKS_MAX ||
	    !request_is_text(facts->name, sizeof(facts->name)) ||
	    !request_is_text(facts->mode, sizeof(facts->mode)) ||
	    !request_is_text(facts->domain, sizeof(facts->domain)))
		return false;
	for (unsigned i = 0; i < facts->n_uplinks; i++) {
		if (!request_is_text(facts->uplinks[i], sizeof(facts->uplinks[i])))
			return false;
	}
	return true;
}

/* Whether it has a valid tap_request, if it needs one. */
static bool request_has_tap(struct request *request)
{
	return request->verb != REQUEST_HAND_OUT ||
	       tap_request_read(&request->tap, sizeof(request->tap), &request->tap) == 0;
}

/* Whether the TAPs' names are terminated within their fields; slot numbers are valid by type. */
static bool request_has_slots(const struct request *request)
{
	_Static_assert(REQUEST_TAP_SLOTS == UINT8_MAX + 1, "a slot is a byte");
	if (request->verb != REQUEST_SLOTS)
		return true;
	for (unsigned i = 0; i < request->n_addresses; i++) {
		if (!request_is_text(request->taps[i].name, sizeof(request->taps[i].name)))
			return false;
	}
	return true;
}

/* Whether no prefix is longer than an address. */
static bool request_has_prefixes(const struct request *request)
{
	if (request->verb != REQUEST_PREFIXES)
		return true;
	for (unsigned i = 0; i < request->n_addresses; i++) {
		if (request->prefixes[i].bits > REQUEST_PREFIX_BITS)
			return false;
	}
	return true;
}

/* Who may send a verb, and its limits. */
struct request_rule {
	bool by_worker;
	bool by_host;
	unsigned endpoints; /* the endpoint must be below; 0: below the number of endpoints */
	unsigned addresses; /* at most */
};

static const struct request_rule request_rules[] = {
	[REQUEST_CONNECT] = {.by_worker = true},
	[REQUEST_READY] = {.by_worker = true, .endpoints = 1},
	[REQUEST_ADDRESSES] = {.by_worker = true, .endpoints = 1, .addresses = MAC_LIST_MAX + 1},
	[REQUEST_ALIVE] = {.by_worker = true, .endpoints = 1},
	[REQUEST_SET_LEVEL] = {.by_worker = true, .endpoints = LOG_LEVEL_DEBUG + 1},
	[REQUEST_RELOAD] = {.by_worker = true, .endpoints = 1},
	[REQUEST_QUIT] = {.by_worker = true, .endpoints = 1},
	[REQUEST_LEASES] = {.by_worker = true, .endpoints = 1},
	[REQUEST_FORWARDS] = {.by_worker = true, .endpoints = 1},
	[REQUEST_FORWARD_APPLY] = {.by_worker = true, .endpoints = 2},
	[REQUEST_APART] = {.by_worker = true, .endpoints = 2, .addresses = REQUEST_APART_MAX},
	[REQUEST_HAND_OUT] = {.by_worker = true},
	[REQUEST_TAPS] = {.by_worker = true, .endpoints = 1},
	[REQUEST_TAP_SET] = {.by_worker = true, .endpoints = REQUEST_TAP_SETS},
	[REQUEST_FOUND] = {.by_worker = true, .endpoints = 2},
	[REQUEST_CHANNEL] = {.by_host = true},
	[REQUEST_TAP] = {.by_host = true, .endpoints = 1},
	[REQUEST_NIC] = {.by_host = true, .endpoints = 1},
	[REQUEST_COUNTERS] = {.by_host = true, .endpoints = 1},
	[REQUEST_ASK] = {.by_host = true, .endpoints = 1},
	[REQUEST_LEVEL] = {.by_host = true, .endpoints = LOG_LEVEL_DEBUG + 1},
	[REQUEST_OTHERS] = {.by_host = true, .endpoints = 1, .addresses = REQUEST_OTHERS_MAX},
	[REQUEST_CONTROL] = {.by_host = true, .endpoints = 1},
	[REQUEST_FACTS] = {.by_host = true, .endpoints = 1},
	[REQUEST_RESULT] = {.by_host = true, .endpoints = 2},
	[REQUEST_EVENT] = {.by_host = true, .endpoints = REQUEST_EVENTS},
	[REQUEST_SLOTS] = {.by_host = true, .endpoints = 1, .addresses = REQUEST_TAPS_MAX},
	[REQUEST_FIND] = {.by_host = true, .endpoints = 1},
	[REQUEST_HANDED_OUT] = {.by_host = true, .endpoints = 1},
	[REQUEST_PREFIXES] = {.by_host = true, .endpoints = 1, .addresses = REQUEST_PREFIXES_MAX},
	[REQUEST_STOP] = {.by_host = true, .endpoints = 1},
};

static int request_check(const void *data, size_t size, unsigned n_endpoints, bool from_worker,
			 struct request *request)
{
	const struct request_rule *rule;

	if (size != sizeof(*request))
		return -EBADMSG;
	memmove(request, data, sizeof(*request)); /* callers may pass the same memory */
	if (request->verb >= sizeof(request_rules) / sizeof(request_rules[0]))
		return -EOPNOTSUPP;
	rule = &request_rules[request->verb];
	if (!(from_worker ? rule->by_worker : rule->by_host))
		return -EOPNOTSUPP;
	if (request->endpoint >= (rule->endpoints ? rule->endpoints : n_endpoints) ||
	    !request_has_addresses(request, rule->addresses) || !request_has_texts(request) ||
	    !request_has_tap(request) || !request_has_slots(request) ||
	    !request_has_prefixes(request))
		return -ERANGE;
	return 0;
}

int request_from_worker(const void *data, size_t size, unsigned n_endpoints,
			struct request *request)
{
	return request_check(data, size, n_endpoints, true, request);
}

int request_from_host(const void *data, size_t size, unsigned n_endpoints, struct request *request)
{
	return request_check(data, size, n_endpoints, false, request);
}
