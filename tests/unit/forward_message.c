// SPDX-License-Identifier: GPL-2.0-or-later
#include "forward_message.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>

#include "log.h"
#include "unit.h"

static const struct {
	uint32_t verb;
	uint32_t value; /* one that it may have */
	bool from_forwarder;
	bool from_host;
	bool with_listener;
	bool with_token;
} verbs[] = {
	{0, 0, false, false, false, false},
	{FORWARD_ASK, 0, true, false, true, true},
	{FORWARD_LISTEN, IPPROTO_TCP, false, true, true, false},
	{FORWARD_LISTEN, IPPROTO_UDP, false, true, true, false},
	{FORWARD_TARGET, FORWARD_OPEN, false, true, true, false},
	{FORWARD_TARGET, FORWARD_CLOSED, false, true, true, false},
	{FORWARD_FORGET, 0, false, true, true, false},
	{FORWARD_SOCKET, 0, false, true, true, true},
	{FORWARD_SOCKET, EMFILE, false, true, true, true},
	{FORWARD_LEVEL, LOG_LEVEL_DEBUG, false, true, false, false},
	{FORWARD_LEVEL + 1, 0, false, false, false, false},
	{0x01000000, 0, false, false, false, false},
	{UINT32_MAX, 0, false, false, false, false},
};

static int from_forwarder(const struct forward_message *message)
{
	struct forward_message result;
	int ret = forward_message_from_forwarder(message, sizeof(*message), &result);

	if (ret == 0)
		ck_assert_mem_eq(&result, message, sizeof(result));
	return ret;
}

static int from_host(const struct forward_message *message)
{
	struct forward_message result;
	int ret = forward_message_from_host(message, sizeof(*message), &result);

	if (ret == 0)
		ck_assert_mem_eq(&result, message, sizeof(result));
	return ret;
}

START_TEST(a_verb_goes_one_way)
{
	const struct forward_message message = {.verb = verbs[_i].verb, .value = verbs[_i].value};

	ck_assert_int_eq(from_forwarder(&message), verbs[_i].from_forwarder ? 0 : -EOPNOTSUPP);
	ck_assert_int_eq(from_host(&message), verbs[_i].from_host ? 0 : -EOPNOTSUPP);
}
END_TEST

/* What the message says with one field more, where it may say anything at all. */
static void check_field(const struct forward_message *message, int i, bool fits)
{
	int wanted = fits ? 0 : -ERANGE;

	if (verbs[i].from_forwarder)
		ck_assert_int_eq(from_forwarder(message), wanted);
	if (verbs[i].from_host)
		ck_assert_int_eq(from_host(message), wanted);
}

START_TEST(a_listener_is_in_range)
{
	static const uint32_t listeners[] = {
		0, 1, FORWARD_LISTENERS_MAX - 1, FORWARD_LISTENERS_MAX, 0x80000000, UINT32_MAX};

	for (int i = 0; i < UNIT_COUNT(listeners); i++) {
		const struct forward_message message = {
			.verb = verbs[_i].verb, .value = verbs[_i].value, .listener = listeners[i]};

		check_field(&message, _i,
			    verbs[_i].with_listener ? listeners[i] < FORWARD_LISTENERS_MAX
						    : listeners[i] == 0);
	}
}
END_TEST

START_TEST(a_token_comes_where_one_is_expected)
{
	const struct forward_message message = {
		.verb = verbs[_i].verb, .value = verbs[_i].value, .token = UINT32_MAX};

	check_field(&message, _i, verbs[_i].with_token);
}
END_TEST

START_TEST(a_value_is_one_that_the_verb_has)
{
	for (uint32_t value = 0; value < 5000; value++) {
		const struct forward_message message = {.verb = verbs[_i].verb, .value = value};
		bool fits = value == 0;

		if (message.verb == FORWARD_LISTEN)
			fits = value == IPPROTO_TCP || value == IPPROTO_UDP;
		if (message.verb == FORWARD_TARGET)
			fits = value <= 1;
		if (message.verb == FORWARD_SOCKET)
			fits = value <= 4095;
		if (message.verb == FORWARD_LEVEL)
			fits = value <= LOG_LEVEL_DEBUG;
		check_field(&message, _i, fits);
	}
}
END_TEST

/* Exactly size bytes on the heap, so that a sanitizer sees one read too many. */
START_TEST(a_message_has_one_size)
{
	for (size_t size = 0; size <= sizeof(struct forward_message) + 8; size++) {
		const int wanted = size == sizeof(struct forward_message) ? 0 : -EBADMSG;
		const uint32_t ask = FORWARD_ASK;
		const uint32_t forget = FORWARD_FORGET;
		size_t n = size < sizeof(ask) ? size : sizeof(ask);
		struct forward_message result;
		void *data = calloc(1, size ? size : 1);

		ck_assert_ptr_nonnull(data);
		memcpy(data, &ask, n);
		ck_assert_int_eq(forward_message_from_forwarder(data, size, &result), wanted);
		memcpy(data, &forget, n);
		ck_assert_int_eq(forward_message_from_host(data, size, &result), wanted);
		free(data);
	}
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_verb_goes_one_way, verbs),
		UNIT_CASES(a_listener_is_in_range, verbs),
		UNIT_CASES(a_token_comes_where_one_is_expected, verbs),
		UNIT_CASES(a_value_is_one_that_the_verb_has, verbs),
		UNIT_TEST(a_message_has_one_size),
	};

	return unit_run("forward_message", tests, UNIT_COUNT(tests));
}
