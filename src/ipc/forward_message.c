// SPDX-License-Identifier: GPL-2.0-or-later
#include "forward_message.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#include "log.h"

enum { FORWARD_ERRNO_MAX = 4095 }; /* include/linux/err.h, MAX_ERRNO */

/* Whether value is valid for the verb. */
static bool forward_message_has_value(const struct forward_message *message)
{
	switch (message->verb) {
	case FORWARD_LISTEN:
		return message->value == IPPROTO_TCP || message->value == IPPROTO_UDP;
	case FORWARD_TARGET:
		return message->value <= FORWARD_OPEN;
	case FORWARD_SOCKET:
		return message->value <= FORWARD_ERRNO_MAX;
	case FORWARD_LEVEL:
		return message->value <= LOG_LEVEL_DEBUG;
	default:
		return message->value == 0;
	}
}

static int forward_message_check(const void *data, size_t size, bool from_forwarder,
				 struct forward_message *message)
{
	bool has_token;

	if (size != sizeof(*message))
		return -EBADMSG;
	memmove(message, data, sizeof(*message)); /* callers may pass the same memory */
	if (message->verb < FORWARD_ASK || message->verb > FORWARD_LEVEL ||
	    from_forwarder != (message->verb == FORWARD_ASK))
		return -EOPNOTSUPP;
	has_token = message->verb == FORWARD_ASK || message->verb == FORWARD_SOCKET;
	if (message->listener >= (message->verb == FORWARD_LEVEL ? 1 : FORWARD_LISTENERS_MAX) ||
	    (message->token != 0 && !has_token) || !forward_message_has_value(message))
		return -ERANGE;
	return 0;
}

int forward_message_from_forwarder(const void *data, size_t size, struct forward_message *message)
{
	return forward_message_check(data, size, true, message);
}

int forward_message_from_host(const void *data, size_t size, struct forward_message *message)
{
	return forward_message_check(data, size, false, message);
}
