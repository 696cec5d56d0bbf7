// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What worker and host process say to each other. Input: how many endpoints there are, and a
 * message; with the high bit set, the message is made as long as one must be. What one side
 * may say, the other may not; and what is taken is the message as it came, with an index
 * that exists and addresses that guests can have.
 */
#include "fuzz.h"
#include "log.h"
#include "request.h"

static void check_texts(const struct request *request)
{
	const struct request_facts *facts = &request->facts;

	if (request->verb == REQUEST_RESULT || request->verb == REQUEST_EVENT) {
		FUZZ_CHECK(memchr(request->text, 0, sizeof(request->text)));
		return;
	}
	FUZZ_CHECK(memchr(facts->name, 0, sizeof(facts->name)));
	FUZZ_CHECK(memchr(facts->mode, 0, sizeof(facts->mode)));
	FUZZ_CHECK(memchr(facts->domain, 0, sizeof(facts->domain)));
	FUZZ_CHECK(facts->n_uplinks <= REQUEST_UPLINKS_MAX);
	for (unsigned i = 0; i < facts->n_uplinks; i++)
		FUZZ_CHECK(memchr(facts->uplinks[i], 0, sizeof(facts->uplinks[i])));
}

/* Each begins with its sign, and ends. */
static void check_lines(const struct request *request)
{
	const char *text = request->text;

	FUZZ_CHECK(memchr(text, 0, sizeof(request->text)));
	for (size_t i = 0; text[i]; i++) {
		if (i == 0 || text[i - 1] == '\n')
			FUZZ_CHECK(text[i] == '+' || text[i] == '-');
		FUZZ_CHECK(text[i + 1] || text[i] == '\n');
	}
}

static void check(const struct request *request, unsigned n_endpoints)
{
	unsigned limit = 1;
	unsigned addresses = 0;

	if (request->verb == REQUEST_CONNECT || request->verb == REQUEST_CHANNEL ||
	    request->verb == REQUEST_HAND_OUT)
		limit = n_endpoints;
	else if (request->verb == REQUEST_LEVEL || request->verb == REQUEST_SET_LEVEL)
		limit = LOG_LEVEL_DEBUG + 1;
	else if (request->verb == REQUEST_ADDRESSES)
		addresses = MAC_LIST_MAX + 1;
	else if (request->verb == REQUEST_OTHERS)
		addresses = REQUEST_OTHERS_MAX;
	else if (request->verb == REQUEST_PREFIXES)
		addresses = REQUEST_PREFIXES_MAX;
	else if (request->verb == REQUEST_SLOTS)
		addresses = REQUEST_TAPS_MAX;
	else if (request->verb == REQUEST_TAP_SET)
		limit = REQUEST_TAP_SETS;
	else if (request->verb == REQUEST_APART)
		limit = 2, addresses = REQUEST_APART_MAX;
	else if (request->verb == REQUEST_EVENT)
		limit = REQUEST_EVENTS;
	else if (request->verb == REQUEST_RESULT || request->verb == REQUEST_FORWARD_APPLY ||
		 request->verb == REQUEST_FOUND)
		limit = 2;
	if (request->verb == REQUEST_RESULT || request->verb == REQUEST_EVENT ||
	    request->verb == REQUEST_FACTS)
		check_texts(request);
	if (request->verb == REQUEST_FORWARD_APPLY)
		check_lines(request);
	FUZZ_CHECK(request->endpoint < limit);
	FUZZ_CHECK(request->n_addresses <= addresses);
	for (unsigned i = 0; i < request->n_addresses && request->verb == REQUEST_SLOTS; i++)
		FUZZ_CHECK(memchr(request->taps[i].name, 0, IF_NAMESIZE));
	for (unsigned i = 0; i < request->n_addresses && request->verb == REQUEST_PREFIXES; i++)
		FUZZ_CHECK(request->prefixes[i].bits <= 128);
	if (request->verb == REQUEST_OTHERS || request->verb == REQUEST_APART ||
	    request->verb == REQUEST_SLOTS || request->verb == REQUEST_PREFIXES)
		return;
	for (unsigned i = 0; i < request->n_addresses && i < MAC_LIST_MAX; i++)
		FUZZ_CHECK((request->addresses[i] & ~0xfeffffffffffULL) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	unsigned how = fuzz_take(&input);
	unsigned n_endpoints = how & 31;
	struct request whole = {0};
	struct request worker;
	struct request host;
	int from_worker;
	int from_host;
	void *message;

	memcpy(&whole, input.data, input.size < sizeof(whole) ? input.size : sizeof(whole));
	if (how & 0x80)
		input = (struct fuzz_input){(const uint8_t *)&whole, sizeof(whole)};
	message = fuzz_copy(input.data, input.size);
	from_worker = request_from_worker(message, input.size, n_endpoints, &worker);
	from_host = request_from_host(message, input.size, n_endpoints, &host);
	free(message);
	FUZZ_CHECK(from_worker <= 0 && from_host <= 0);
	FUZZ_CHECK(from_worker < 0 || from_host < 0);
	FUZZ_CHECK(input.size == sizeof(whole) || (from_worker < 0 && from_host < 0));
	if (from_worker == 0) {
		FUZZ_CHECK(memcmp(&worker, &whole, sizeof(whole)) == 0);
		check(&worker, n_endpoints);
	}
	if (from_host == 0) {
		FUZZ_CHECK(memcmp(&host, &whole, sizeof(whole)) == 0);
		check(&host, n_endpoints);
	}
	return 0;
}
