// SPDX-License-Identifier: GPL-2.0-or-later
#include "request.h"

#include <errno.h>
#include <stdbool.h>

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
	{REQUEST_CHANNEL, -EOPNOTSUPP, 0, true},
	{REQUEST_TAP, -EOPNOTSUPP, 0, false},
	{REQUEST_NIC, -EOPNOTSUPP, 0, false},
	{REQUEST_COUNTERS, -EOPNOTSUPP, 0, false},
	{REQUEST_ASK, -EOPNOTSUPP, 0, false},
	{REQUEST_STOP, -EOPNOTSUPP, 0, false},
	{REQUEST_STOP + 1, -EOPNOTSUPP, -EOPNOTSUPP, false},
	{0x01000000, -EOPNOTSUPP, -EOPNOTSUPP, false},
	{UINT32_MAX, -EOPNOTSUPP, -EOPNOTSUPP, false},
};

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
		UNIT_CASES(a_verb_goes_one_way, verbs),
		UNIT_CASES(an_endpoint_is_in_range, indices),
		UNIT_TEST(a_level_is_one_of_the_log),
		UNIT_TEST(a_message_has_one_size),
		UNIT_CASES(addresses_are_those_of_stations, addresses),
		UNIT_TEST(end_of_file_is_no_message),
	};

	return unit_run("request", tests, UNIT_COUNT(tests));
}
