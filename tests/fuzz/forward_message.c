// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What forwarder and host process say to each other. Input: a message; with the high bit of the
 * first byte set, it is made as long as one must be. What one side may say, the other may not;
 * what is taken is the message as it came, and names a listener that there can be.
 */
#include "forward_message.h"
#include "fuzz.h"
#include "log.h"

static void check(const struct forward_message *message, const struct forward_message *whole)
{
	FUZZ_CHECK(memcmp(message, whole, sizeof(*message)) == 0);
	FUZZ_CHECK(message->listener < FORWARD_LISTENERS_MAX);
	if (message->verb != FORWARD_ASK && message->verb != FORWARD_SOCKET)
		FUZZ_CHECK(message->token == 0);
	if (message->verb == FORWARD_LEVEL)
		FUZZ_CHECK(message->listener == 0 && message->value <= LOG_LEVEL_DEBUG);
	if (message->verb == FORWARD_ASK || message->verb == FORWARD_FORGET)
		FUZZ_CHECK(message->value == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	unsigned how = fuzz_take(&input);
	struct forward_message whole = {0};
	struct forward_message forwarder;
	struct forward_message host;
	int from_forwarder;
	int from_host;
	void *message;

	memcpy(&whole, input.data, input.size < sizeof(whole) ? input.size : sizeof(whole));
	if (how & 0x80)
		input = (struct fuzz_input){(const uint8_t *)&whole, sizeof(whole)};
	message = fuzz_copy(input.data, input.size);
	from_forwarder = forward_message_from_forwarder(message, input.size, &forwarder);
	from_host = forward_message_from_host(message, input.size, &host);
	free(message);
	FUZZ_CHECK(from_forwarder <= 0 && from_host <= 0);
	FUZZ_CHECK(from_forwarder < 0 || from_host < 0);
	FUZZ_CHECK(input.size == sizeof(whole) || (from_forwarder < 0 && from_host < 0));
	if (from_forwarder == 0)
		check(&forwarder, &whole);
	if (from_host == 0)
		check(&host, &whole);
	return 0;
}
