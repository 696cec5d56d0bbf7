// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a client of tap:// asks for. Input: a message; with the high bit of the first byte set, it
 * is made as long as one must be. What is taken is the message as it came, asks for queues that
 * there can be, and names an address that a guest can have, or none.
 */
#include "fuzz.h"
#include "tap_message.h"

static void check(const struct tap_request *request, const struct tap_request *whole)
{
	const uint8_t none[MAC_SIZE] = {0};

	FUZZ_CHECK(memcmp(request, whole, sizeof(*request)) == 0);
	FUZZ_CHECK(request->version == TAP_MESSAGE_VERSION);
	FUZZ_CHECK((request->flags & ~(uint32_t)TAP_FLAGS) == 0 && request->unused == 0);
	FUZZ_CHECK(request->queues >= 1 && request->queues <= TAP_QUEUES_MAX);
	FUZZ_CHECK((memcmp(request->mac, none, MAC_SIZE) != 0) ==
		   ((request->flags & TAP_HAS_MAC) != 0));
	FUZZ_CHECK(!(request->mac[0] & 1));
	for (size_t i = 0; i < sizeof(request->unused_too); i++)
		FUZZ_CHECK(request->unused_too[i] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	unsigned how = fuzz_take(&input);
	struct tap_request whole = {0};
	struct tap_request request;
	void *message;
	int ret;

	memcpy(&whole, input.data, input.size < sizeof(whole) ? input.size : sizeof(whole));
	if (how & 0x80)
		input = (struct fuzz_input){(const uint8_t *)&whole, sizeof(whole)};
	message = fuzz_copy(input.data, input.size);
	ret = tap_request_read(message, input.size, &request);
	free(message);
	FUZZ_CHECK(ret <= 0);
	FUZZ_CHECK(input.size == sizeof(whole) || ret < 0);
	if (ret == 0)
		check(&request, &whole);
	else
		FUZZ_CHECK(strlen(tap_request_explain(ret)) < TAP_WHY_MAX);
	return 0;
}
