// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_probe.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <string.h>

enum { FIREWALL_PROBE_ADDRESS_SIZE = 16 };

/* What a packet has in the field that a rule tests. */
struct firewall_probe_value {
	const char *text; /* a name, or an address; NULL: a number */
	unsigned number;
	bool is_address;
	bool ipv6;
};

static enum firewall_match firewall_probe_known(const char *text)
{
	return text ? FIREWALL_YES : FIREWALL_UNKNOWN;
}

static enum firewall_match firewall_probe_read_meta(const struct firewall_probe *probe,
						    const char *key,
						    struct firewall_probe_value *value)
{
	if (strcmp(key, "iifname") == 0 || strcmp(key, "iif") == 0)
		value->text = probe->iif;
	else if (strcmp(key, "oifname") == 0 || strcmp(key, "oif") == 0)
		value->text = probe->oif;
	else if (strcmp(key, "l4proto") == 0)
		value->text = probe->protocol;
	else if (strcmp(key, "nfproto") == 0)
		value->text = probe->ipv6 ? "ipv6" : "ipv4";
	else if (strcmp(key, "protocol") == 0)
		value->text = probe->ipv6 ? "ip6" : "ip";
	return firewall_probe_known(value->text);
}

static enum firewall_match firewall_probe_read_port(const struct firewall_probe *probe,
						    const char *protocol, const char *field,
						    struct firewall_probe_value *value)
{
	if (!probe->protocol)
		return FIREWALL_UNKNOWN;
	if (strcmp(protocol, "th") != 0 && strcmp(protocol, probe->protocol) != 0)
		return FIREWALL_NO;
	if (strcmp(field, "sport") == 0)
		value->number = probe->sport;
	else if (strcmp(field, "dport") == 0)
		value->number = probe->dport;
	return value->number ? FIREWALL_YES : FIREWALL_UNKNOWN;
}

static enum firewall_match firewall_probe_read_payload(const struct firewall_probe *probe,
						       const json_t *payload,
						       struct firewall_probe_value *value)
{
	const char *protocol = json_string_value(json_object_get(payload, "protocol"));
	const char *field = json_string_value(json_object_get(payload, "field"));

	if (!protocol || !field)
		return FIREWALL_UNKNOWN;
	if (strcmp(protocol, "ip") != 0 && strcmp(protocol, "ip6") != 0)
		return firewall_probe_read_port(probe, protocol, field, value);
	if ((strcmp(protocol, "ip6") == 0) != probe->ipv6)
		return FIREWALL_NO;
	value->ipv6 = probe->ipv6;
	value->is_address = true;
	if (strcmp(field, "saddr") == 0) {
		value->text = probe->saddr;
	} else if (strcmp(field, "daddr") == 0) {
		value->text = probe->daddr;
	} else if (strcmp(field, "protocol") == 0 || strcmp(field, "nexthdr") == 0) {
		value->is_address = false;
		value->text = probe->protocol;
	}
	return firewall_probe_known(value->text);
}

static enum firewall_match firewall_probe_read_ct(const struct firewall_probe *probe,
						  const char *key,
						  struct firewall_probe_value *value)
{
	if (strcmp(key, "state") == 0)
		value->text = probe->state;
	else if (strcmp(key, "status") == 0)
		value->text = probe->status;
	return firewall_probe_known(value->text);
}

/* FIREWALL_YES with *value, FIREWALL_NO if the packet has no such field, or FIREWALL_UNKNOWN. */
static enum firewall_match firewall_probe_read(const struct firewall_probe *probe,
					       const json_t *left,
					       struct firewall_probe_value *value)
{
	const char *meta = json_string_value(json_object_get(json_object_get(left, "meta"), "key"));
	const char *ct = json_string_value(json_object_get(json_object_get(left, "ct"), "key"));
	const json_t *payload = json_object_get(left, "payload");
	const json_t *fib = json_object_get(left, "fib");
	const char *result = json_string_value(json_object_get(fib, "result"));
	const json_t *flags = json_object_get(fib, "flags");

	if (meta)
		return firewall_probe_read_meta(probe, meta, value);
	if (ct)
		return firewall_probe_read_ct(probe, ct, value);
	if (payload)
		return firewall_probe_read_payload(probe, payload, value);
	if (json_is_array(flags))
		flags = json_array_size(flags) == 1 ? json_array_get(flags, 0) : NULL;
	if (result && strcmp(result, "type") == 0 && json_is_string(flags) &&
	    strcmp(json_string_value(flags), "daddr") == 0) {
		value->text = probe->type;
		return firewall_probe_known(value->text);
	}
	return FIREWALL_UNKNOWN;
}

/* Reads an address as 16 bytes; IPv4 uses the first four. */
static bool firewall_probe_read_address(const char *text, bool ipv6,
					uint8_t address[FIREWALL_PROBE_ADDRESS_SIZE])
{
	memset(address, 0, FIREWALL_PROBE_ADDRESS_SIZE);
	return text && inet_pton(ipv6 ? AF_INET6 : AF_INET, text, address) == 1;
}

static enum firewall_match firewall_probe_is_in_prefix(const struct firewall_probe_value *value,
						       const json_t *prefix)
{
	const char *text = json_string_value(json_object_get(prefix, "addr"));
	unsigned bits = (unsigned)json_integer_value(json_object_get(prefix, "len"));
	uint8_t base[FIREWALL_PROBE_ADDRESS_SIZE];
	uint8_t address[FIREWALL_PROBE_ADDRESS_SIZE];
	unsigned whole = bits / 8;
	uint8_t mask = (uint8_t)(0xff00 >> bits % 8);

	if (!value->is_address || bits > 8 * FIREWALL_PROBE_ADDRESS_SIZE ||
	    !firewall_probe_read_address(text, value->ipv6, base) ||
	    !firewall_probe_read_address(value->text, value->ipv6, address))
		return FIREWALL_UNKNOWN;
	if (memcmp(base, address, whole) != 0)
		return FIREWALL_NO;
	return bits % 8 == 0 || ((base[whole] ^ address[whole]) & mask) == 0 ? FIREWALL_YES
									     : FIREWALL_NO;
}

static enum firewall_match firewall_probe_is_in_range(const struct firewall_probe_value *value,
						      const json_t *range)
{
	const json_t *first = json_array_get(range, 0);
	const json_t *last = json_array_get(range, 1);
	uint8_t from[FIREWALL_PROBE_ADDRESS_SIZE];
	uint8_t to[FIREWALL_PROBE_ADDRESS_SIZE];
	uint8_t address[FIREWALL_PROBE_ADDRESS_SIZE];

	if (!value->text && json_is_integer(first) && json_is_integer(last))
		return value->number >= json_integer_value(first) &&
				       value->number <= json_integer_value(last)
			       ? FIREWALL_YES
			       : FIREWALL_NO;
	if (!value->is_address ||
	    !firewall_probe_read_address(json_string_value(first), value->ipv6, from) ||
	    !firewall_probe_read_address(json_string_value(last), value->ipv6, to) ||
	    !firewall_probe_read_address(value->text, value->ipv6, address))
		return FIREWALL_UNKNOWN;
	return memcmp(from, address, FIREWALL_PROBE_ADDRESS_SIZE) <= 0 &&
			       memcmp(address, to, FIREWALL_PROBE_ADDRESS_SIZE) <= 0
		       ? FIREWALL_YES
		       : FIREWALL_NO;
}

static enum firewall_match firewall_probe_is_text(const struct firewall_probe_value *value,
						  const char *text)
{
	size_t length = strlen(text);
	uint8_t theirs[FIREWALL_PROBE_ADDRESS_SIZE];
	uint8_t ours[FIREWALL_PROBE_ADDRESS_SIZE];

	if (text[0] == '@' || !value->text) /* a named set, or a port by name */
		return FIREWALL_UNKNOWN;
	if (value->is_address) {
		if (!firewall_probe_read_address(text, value->ipv6, theirs) ||
		    !firewall_probe_read_address(value->text, value->ipv6, ours))
			return FIREWALL_UNKNOWN;
		return memcmp(theirs, ours, FIREWALL_PROBE_ADDRESS_SIZE) == 0 ? FIREWALL_YES
									      : FIREWALL_NO;
	}
	if (length > 0 && text[length - 1] == '*') /* device names */
		return strncmp(value->text, text, length - 1) == 0 ? FIREWALL_YES : FIREWALL_NO;
	return strcmp(value->text, text) == 0 ? FIREWALL_YES : FIREWALL_NO;
}

/* A protocol given as a number has no name, so it is not one of our guests'. */
static enum firewall_match firewall_probe_is_number(const struct firewall_probe_value *value,
						    json_int_t number)
{
	if (value->text)
		return FIREWALL_UNKNOWN;
	return value->number == number ? FIREWALL_YES : FIREWALL_NO;
}

static enum firewall_match firewall_probe_is(const struct firewall_probe_value *value,
					     const json_t *right);

static enum firewall_match firewall_probe_is_one_of(const struct firewall_probe_value *value,
						    const json_t *array)
{
	enum firewall_match match = FIREWALL_NO;

	for (size_t i = 0; i < json_array_size(array); i++) {
		enum firewall_match one = firewall_probe_is(value, json_array_get(array, i));

		if (one == FIREWALL_YES)
			return one;
		if (one == FIREWALL_UNKNOWN)
			match = one;
	}
	return match;
}

static enum firewall_match firewall_probe_is(const struct firewall_probe_value *value,
					     const json_t *right)
{
	const json_t *list = json_object_get(right, "set");
	const json_t *element = json_object_get(json_object_get(right, "elem"), "val");

	if (json_is_string(right))
		return firewall_probe_is_text(value, json_string_value(right));
	if (json_is_integer(right))
		return firewall_probe_is_number(value, json_integer_value(right));
	if (element)
		return firewall_probe_is(value, element);
	if (!list)
		list = json_object_get(right, "|");
	if (json_is_array(right))
		list = right;
	if (json_is_array(list))
		return firewall_probe_is_one_of(value, list);
	if (list)
		return firewall_probe_is(value, list);
	if (json_object_get(right, "prefix"))
		return firewall_probe_is_in_prefix(value, json_object_get(right, "prefix"));
	if (json_object_get(right, "range"))
		return firewall_probe_is_in_range(value, json_object_get(right, "range"));
	return FIREWALL_UNKNOWN;
}

enum firewall_match firewall_probe_match(const struct firewall_probe *probe, const json_t *left,
					 const char *op, const json_t *right)
{
	struct firewall_probe_value value = {0};
	enum firewall_match match = firewall_probe_read(probe, left, &value);

	if (match != FIREWALL_YES)
		return match;
	match = firewall_probe_is(&value, right);
	if (strcmp(op, "==") == 0 || strcmp(op, "in") == 0 || match == FIREWALL_UNKNOWN)
		return match;
	if (strcmp(op, "!=") != 0)
		return FIREWALL_UNKNOWN;
	return match == FIREWALL_YES ? FIREWALL_NO : FIREWALL_YES;
}
