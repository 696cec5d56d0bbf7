// SPDX-License-Identifier: GPL-2.0-or-later
#include "request.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "log.h"
#include "mac.h"
#include "unit.h"

static const struct {
	uint32_t verb;
	int from_worker; /* the answer to a message without endpoint */
	int from_host;
	bool with_endpoint;
} verbs[] = {
	{0, -EOPNOTSUPP, -EOPNOTSUPP, false},
	{REQUEST_CONNECT, 0, -EOPNOTSUPP, true},
	{REQUEST_READY, 0, -EOPNOTSUPP, false},
	{REQUEST_ADDRESSES, 0, -EOPNOTSUPP, false},
	{REQUEST_ALIVE, 0, -EOPNOTSUPP, false},
	{REQUEST_RELOAD, 0, -EOPNOTSUPP, false},
	{REQUEST_QUIT, 0, -EOPNOTSUPP, false},
	{REQUEST_LEASES, 0, -EOPNOTSUPP, false},
	{REQUEST_FORWARDS, 0, -EOPNOTSUPP, false},
	{REQUEST_HAND_OUT, -ERANGE, -EOPNOTSUPP, true}, /* of nothing */
	{REQUEST_TAPS, 0, -EOPNOTSUPP, false},
	{REQUEST_CHANNEL, -EOPNOTSUPP, 0, true},
	{REQUEST_TAP, -EOPNOTSUPP, 0, false},
	{REQUEST_NIC, -EOPNOTSUPP, 0, false},
	{REQUEST_COUNTERS, -EOPNOTSUPP, 0, false},
	{REQUEST_ASK, -EOPNOTSUPP, 0, false},
	{REQUEST_OTHERS, -EOPNOTSUPP, 0, false},
	{REQUEST_CONTROL, -EOPNOTSUPP, 0, false},
	{REQUEST_FACTS, -EOPNOTSUPP, 0, false},
	{REQUEST_SLOTS, -EOPNOTSUPP, 0, false},
	{REQUEST_FIND, -EOPNOTSUPP, 0, false},
	{REQUEST_HANDED_OUT, -EOPNOTSUPP, 0, false},
	{REQUEST_PREFIXES, -EOPNOTSUPP, 0, false},
	{REQUEST_STOP, -EOPNOTSUPP, 0, false},
	{REQUEST_STOP + 1, -EOPNOTSUPP, -EOPNOTSUPP, false},
	{0x01000000, -EOPNOTSUPP, -EOPNOTSUPP, false},
	{UINT32_MAX, -EOPNOTSUPP, -EOPNOTSUPP, false},
};

/* Of these few tell addresses; what lies behind the last is nobody's. */
START_TEST(addresses_come_where_they_are_told)
{
	struct request message = {.verb = verbs[_i].verb, .n_addresses = 1};
	bool tells = message.verb == REQUEST_ADDRESSES || message.verb == REQUEST_OTHERS ||
		     message.verb == REQUEST_SLOTS || message.verb == REQUEST_PREFIXES;
	struct request request;
	int ret;

	memset(message.taps + 1, 0xff, sizeof(message.taps) - sizeof(message.taps[0]));
	ret = request_from_worker(&message, sizeof(message), 16, &request);
	ck_assert_int_eq(ret, verbs[_i].from_worker || tells ? verbs[_i].from_worker : -ERANGE);
	ret = request_from_host(&message, sizeof(message), 16, &request);
	ck_assert_int_eq(ret, verbs[_i].from_host || tells ? verbs[_i].from_host : -ERANGE);
}
END_TEST

START_TEST(a_verb_goes_one_way)
{
	const struct request message = {.verb = verbs[_i].verb};
	struct request request;
	int ret = request_from_worker(&message, sizeof(message), 16, &request);

	ck_assert_int_eq(ret, verbs[_i].from_worker);
	if (ret == 0)
		ck_assert_mem_eq(&request, &message, sizeof(message));
	ret = request_from_host(&message, sizeof(message), 16, &request);
	ck_assert_int_eq(ret, verbs[_i].from_host);
	if (ret == 0)
		ck_assert_mem_eq(&request, &message, sizeof(message));
}
END_TEST

static const struct {
	uint32_t endpoint;
	unsigned n_endpoints;
	bool in_range;
} indices[] = {
	{0, 0, false},		 {0, 1, true},	  {1, 1, false},
	{15, 16, true},		 {16, 16, false}, {0x80000000, 16, false},
	{UINT32_MAX, 16, false},
};

START_TEST(an_endpoint_is_in_range)
{
	for (int i = 0; i < UNIT_COUNT(verbs); i++) {
		const struct request message = {.verb = verbs[i].verb,
						.endpoint = indices[_i].endpoint};
		bool fits = verbs[i].with_endpoint ? indices[_i].in_range : message.endpoint == 0;
		unsigned n = indices[_i].n_endpoints;
		struct request request;

		if (verbs[i].from_worker == 0)
			ck_assert_int_eq(
				request_from_worker(&message, sizeof(message), n, &request),
				fits ? 0 : -ERANGE);
		if (verbs[i].from_host == 0)
			ck_assert_int_eq(request_from_host(&message, sizeof(message), n, &request),
					 fits ? 0 : -ERANGE);
	}
}
END_TEST

static const struct {
	uint32_t are;
	uint32_t n;
	int ret;
} aparts[] = {
	{0, 0, 0},
	{1, 0, 0},
	{2, 0, -ERANGE},
	{1, REQUEST_APART_MAX, 0},
	{0, REQUEST_APART_MAX + 1, -ERANGE},
	{1, UINT32_MAX, -ERANGE},
};

/* They are of guests, and any: an IPv6 address is no MAC address. */
START_TEST(addresses_of_isolated_ports)
{
	struct request message = {
		.verb = REQUEST_APART, .endpoint = aparts[_i].are, .n_addresses = aparts[_i].n};
	struct request request;

	memset(message.apart, 0xff, sizeof(message.apart));
	ck_assert_int_eq(request_from_worker(&message, sizeof(message), 16, &request),
			 aparts[_i].ret);
	ck_assert_int_eq(request_from_host(&message, sizeof(message), 16, &request), -EOPNOTSUPP);
}
END_TEST

START_TEST(a_level_is_one_of_the_log)
{
	for (uint32_t level = 0; level < 10; level++) {
		const struct request message = {.verb = REQUEST_LEVEL, .endpoint = level};
		struct request request;

		ck_assert_int_eq(request_from_worker(&message, sizeof(message), 16, &request),
				 -EOPNOTSUPP);
		ck_assert_int_eq(request_from_host(&message, sizeof(message), 1, &request),
				 level <= LOG_LEVEL_DEBUG ? 0 : -ERANGE);
	}
	for (uint32_t level = 0; level < 10; level++) {
		const struct request message = {.verb = REQUEST_SET_LEVEL, .endpoint = level};
		struct request request;

		ck_assert_int_eq(request_from_host(&message, sizeof(message), 16, &request),
				 -EOPNOTSUPP);
		ck_assert_int_eq(request_from_worker(&message, sizeof(message), 1, &request),
				 level <= LOG_LEVEL_DEBUG ? 0 : -ERANGE);
	}
}
END_TEST

START_TEST(as_many_other_addresses_as_fit)
{
	for (uint32_t n = 0; n < MAC_LIST_MAX + 2; n++) {
		struct request message = {.verb = REQUEST_OTHERS, .n_addresses = n};
		struct request request;

		memset(message.others, 0xff, sizeof(message.others));
		ck_assert_int_eq(request_from_host(&message, sizeof(message), 1, &request),
				 n <= REQUEST_OTHERS_MAX ? 0 : -ERANGE);
	}
}
END_TEST

START_TEST(prefixes_are_no_longer_than_addresses)
{
	struct request message = {.verb = REQUEST_PREFIXES, .n_addresses = REQUEST_PREFIXES_MAX};
	struct request request;

	for (unsigned i = 0; i < REQUEST_PREFIXES_MAX; i++)
		message.prefixes[i].bits = 128;
	ck_assert_int_eq(request_from_host(&message, sizeof(message), 1, &request), 0);
	message.prefixes[REQUEST_PREFIXES_MAX - 1].bits = 129;
	ck_assert_int_eq(request_from_host(&message, sizeof(message), 1, &request), -ERANGE);
	message.n_addresses--;
	ck_assert_int_eq(request_from_host(&message, sizeof(message), 1, &request), 0);
}
END_TEST

/* Exactly size bytes on the heap, so that a sanitizer sees one read too many. */
static void check_size(uint32_t verb, size_t size,
		       int (*check)(const void *, size_t, unsigned, struct request *))
{
	struct request request;
	void *data = calloc(1, size ? size : 1);

	ck_assert_ptr_nonnull(data);
	memcpy(data, &verb, size < sizeof(verb) ? size : sizeof(verb));
	ck_assert_msg(check(data, size, 16, &request) == (size == sizeof(request) ? 0 : -EBADMSG),
		      "%zu bytes", size);
	free(data);
}

START_TEST(a_message_has_one_size)
{
	for (size_t size = 0; size <= sizeof(struct request) + 8; size++) {
		check_size(REQUEST_CONNECT, size, request_from_worker);
		check_size(REQUEST_READY, size, request_from_worker);
		check_size(REQUEST_CHANNEL, size, request_from_host);
		check_size(REQUEST_STOP, size, request_from_host);
	}
}
END_TEST

static const struct {
	uint32_t verb;
	uint32_t n;
	uint64_t last;
	int ret;
} addresses[] = {
	{REQUEST_ADDRESSES, 0, 0, 0},
	{REQUEST_ADDRESSES, 1, 0x020000000001, 0},
	{REQUEST_ADDRESSES, 1, 0x010000000001, -ERANGE},
	{REQUEST_ADDRESSES, 1, 0xffffffffffff, -ERANGE},
	{REQUEST_ADDRESSES, 1, 0x1000000000000, -ERANGE},
	{REQUEST_ADDRESSES, MAC_LIST_MAX, 0x020000000001, 0},
	{REQUEST_ADDRESSES, MAC_LIST_MAX, 0x030000000001, -ERANGE},
	{REQUEST_ADDRESSES, MAC_LIST_MAX + 1, 0, 0},
	{REQUEST_ADDRESSES, MAC_LIST_MAX + 2, 0, -ERANGE},
	{REQUEST_ADDRESSES, UINT32_MAX, 0, -ERANGE},
	{REQUEST_READY, 1, 0x020000000001, -ERANGE},
};

START_TEST(addresses_are_those_of_stations)
{
	struct request message = {.verb = addresses[_i].verb, .n_addresses = addresses[_i].n};
	struct request request;

	if (message.n_addresses > 0 && message.n_addresses <= MAC_LIST_MAX)
		message.addresses[message.n_addresses - 1] = addresses[_i].last;
	ck_assert_int_eq(request_from_worker(&message, sizeof(message), 16, &request),
			 addresses[_i].ret);
}
END_TEST

static const struct {
	uint32_t n;
	unsigned unended; /* the name of that one has no end */
	int ret;
} slots[] = {
	{0, 0, 0},
	{1, 1, 0},
	{1, 0, -ERANGE},
	{REQUEST_TAPS_MAX, REQUEST_TAPS_MAX, 0},
	{REQUEST_TAPS_MAX, REQUEST_TAPS_MAX - 1, -ERANGE},
	{REQUEST_TAPS_MAX + 1, REQUEST_TAPS_MAX, -ERANGE},
	{UINT32_MAX, REQUEST_TAPS_MAX, -ERANGE},
};

START_TEST(names_of_taps_end)
{
	struct request message = {.verb = REQUEST_SLOTS, .n_addresses = slots[_i].n};
	struct request request;

	if (slots[_i].unended < REQUEST_TAPS_MAX)
		memset(message.taps[slots[_i].unended].name, 'x', IF_NAMESIZE);
	ck_assert_int_eq(request_from_host(&message, sizeof(message), 1, &request), slots[_i].ret);
}
END_TEST

START_TEST(a_tap_is_set_in_ways_that_there_are)
{
	for (uint32_t way = 0; way < REQUEST_TAP_SETS + 2; way++) {
		const struct request message = {.verb = REQUEST_TAP_SET, .endpoint = way};
		struct request request;

		ck_assert_int_eq(request_from_worker(&message, sizeof(message), 1, &request),
				 way < REQUEST_TAP_SETS ? 0 : -ERANGE);
	}
}
END_TEST

START_TEST(an_address_is_found_or_not)
{
	for (uint32_t found = 0; found < 4; found++) {
		const struct request message = {.verb = REQUEST_FOUND, .endpoint = found};
		struct request request;

		ck_assert_int_eq(request_from_worker(&message, sizeof(message), 1, &request),
				 found < 2 ? 0 : -ERANGE);
		ck_assert_int_eq(request_from_host(&message, sizeof(message), 1, &request),
				 -EOPNOTSUPP);
	}
}
END_TEST

/* What says that it is text, ends. */
static const struct {
	uint32_t verb;
	size_t offset;
	size_t size;
	unsigned n_uplinks;
} texts[] = {
	{REQUEST_RESULT, offsetof(struct request, text), REQUEST_TEXT_MAX, 0},
	{REQUEST_EVENT, offsetof(struct request, text), REQUEST_TEXT_MAX, 0},
	{REQUEST_FACTS, offsetof(struct request, facts.name), REQUEST_NAME_MAX, 0},
	{REQUEST_FACTS, offsetof(struct request, facts.mode), REQUEST_MODE_MAX, 0},
	{REQUEST_FACTS, offsetof(struct request, facts.domain), REQUEST_DOMAIN_MAX, 0},
	{REQUEST_FACTS, offsetof(struct request, facts.uplinks[0]), IF_NAMESIZE, 1},
	{REQUEST_FACTS, offsetof(struct request, facts.uplinks[7]), IF_NAMESIZE, 8},
};

START_TEST(texts_end)
{
	struct request message = {.verb = texts[_i].verb};
	struct request request;

	if (message.verb == REQUEST_FACTS)
		message.facts.n_uplinks = texts[_i].n_uplinks;
	memset((char *)&message + texts[_i].offset, 'x', texts[_i].size - 1);
	ck_assert_int_eq(request_from_host(&message, sizeof(message), 1, &request), 0);
	((char *)&message)[texts[_i].offset + texts[_i].size - 1] = 'x';
	ck_assert_int_eq(request_from_host(&message, sizeof(message), 1, &request), -ERANGE);
	if (texts[_i].n_uplinks == 0)
		return;
	message.facts.n_uplinks--;
	ck_assert_int_eq(request_from_host(&message, sizeof(message), 1, &request), 0);
	message.facts.n_uplinks = REQUEST_UPLINKS_MAX + 1;
	ck_assert_int_eq(request_from_host(&message, sizeof(message), 1, &request), -ERANGE);
}
END_TEST

/* Why the client may not, or another reason. */
START_TEST(a_result_is_of_two_kinds)
{
	for (uint32_t kind = 0; kind < 3; kind++) {
		const struct request message = {.verb = REQUEST_RESULT, .endpoint = kind};
		struct request request;

		ck_assert_int_eq(request_from_worker(&message, sizeof(message), 16, &request),
				 -EOPNOTSUPP);
		ck_assert_int_eq(request_from_host(&message, sizeof(message), 16, &request),
				 kind < 2 ? 0 : -ERANGE);
	}
}
END_TEST

static const struct {
	const char *text;
	int ret;
} lines[] = {
	{"", 0},
	{"+tcp::1-192.168.105.2:1\n", 0},
	{"-x\n+y\n-z\n", 0},
	{"+x", -ERANGE},
	{"+x\n-y", -ERANGE},
	{"+\n", -ERANGE},
	{"\n", -ERANGE},
	{"+x\n\n", -ERANGE},
	{"x\n", -ERANGE},
	{"+x\n y\n", -ERANGE},
};

START_TEST(forwards_are_lines)
{
	struct request message = {.verb = REQUEST_FORWARD_APPLY};
	struct request request;

	strcpy(message.text, lines[_i].text);
	for (message.endpoint = 0; message.endpoint < 3; message.endpoint++) {
		ck_assert_int_eq(request_from_host(&message, sizeof(message), 16, &request),
				 -EOPNOTSUPP);
		ck_assert_int_eq(request_from_worker(&message, sizeof(message), 16, &request),
				 message.endpoint < 2 ? lines[_i].ret : -ERANGE);
	}
}
END_TEST

/* To the last byte, and none more. */
START_TEST(lines_end)
{
	struct request message = {.verb = REQUEST_FORWARD_APPLY};
	struct request request;

	memset(message.text, 'x', sizeof(message.text));
	message.text[0] = '+';
	ck_assert_int_eq(request_from_worker(&message, sizeof(message), 1, &request), -ERANGE);
	message.text[sizeof(message.text) - 1] = '\n';
	ck_assert_int_eq(request_from_worker(&message, sizeof(message), 1, &request), -ERANGE);
	message.text[sizeof(message.text) - 2] = '\n';
	message.text[sizeof(message.text) - 1] = '\0';
	ck_assert_int_eq(request_from_worker(&message, sizeof(message), 1, &request), 0);
	message.n_addresses = 1;
	ck_assert_int_eq(request_from_worker(&message, sizeof(message), 1, &request), -ERANGE);
}
END_TEST

START_TEST(an_event_is_one_that_there_is)
{
	struct request message = {.verb = REQUEST_EVENT, .endpoint = REQUEST_EVENTS - 1};
	struct request request;

	ck_assert_int_eq(request_from_worker(&message, sizeof(message), 1, &request), -EOPNOTSUPP);
	ck_assert_int_eq(request_from_host(&message, sizeof(message), 1, &request), 0);
	message.endpoint++;
	ck_assert_int_eq(request_from_host(&message, sizeof(message), 1, &request), -ERANGE);
}
END_TEST

START_TEST(end_of_file_is_no_message)
{
	struct request request;

	ck_assert_int_eq(request_from_worker("", 0, 16, &request), -EBADMSG);
	ck_assert_int_eq(request_from_host("", 0, 16, &request), -EBADMSG);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(addresses_come_where_they_are_told, verbs),
		UNIT_CASES(a_verb_goes_one_way, verbs),
		UNIT_CASES(addresses_of_isolated_ports, aparts),
		UNIT_CASES(an_endpoint_is_in_range, indices),
		UNIT_TEST(a_level_is_one_of_the_log),
		UNIT_TEST(as_many_other_addresses_as_fit),
		UNIT_TEST(prefixes_are_no_longer_than_addresses),
		UNIT_TEST(a_message_has_one_size),
		UNIT_CASES(addresses_are_those_of_stations, addresses),
		UNIT_CASES(names_of_taps_end, slots),
		UNIT_TEST(a_tap_is_set_in_ways_that_there_are),
		UNIT_TEST(an_address_is_found_or_not),
		UNIT_CASES(texts_end, texts),
		UNIT_TEST(a_result_is_of_two_kinds),
		UNIT_CASES(forwards_are_lines, lines),
		UNIT_TEST(lines_end),
		UNIT_TEST(an_event_is_one_that_there_is),
		UNIT_TEST(end_of_file_is_no_message),
	};

	return unit_run("request", tests, UNIT_COUNT(tests));
}
