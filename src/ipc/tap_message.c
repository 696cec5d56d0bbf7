// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap_message.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "fdpass.h"

static_assert(sizeof(struct tap_request) == 64 && sizeof(struct tap_answer) == 256,
	      "as vde_vmnet-protocol(7) says");
static_assert((int)TAP_DESCRIPTORS_MAX <= (int)FDPASS_SENT_MAX, "in one message");

static bool tap_request_is_zero(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] != 0)
			return false;
	}
	return true;
}

static bool tap_request_has_mac(const struct tap_request *request)
{
	bool none = tap_request_is_zero(request->mac, MAC_SIZE);

	if ((request->flags & TAP_HAS_MAC) && (request->flags & TAP_LEARN))
		return false;
	if (request->flags & TAP_HAS_MAC)
		return !none && !(request->mac[0] & 1);
	return none;
}

int tap_request_read(const void *data, size_t size, struct tap_request *request)
{
	if (size != sizeof(*request))
		return -EBADMSG;
	memmove(request, data, sizeof(*request)); /* callers may pass the same memory */
	if (request->version != TAP_MESSAGE_VERSION)
		return -EPROTONOSUPPORT;
	if ((request->flags & ~(uint32_t)TAP_FLAGS) || request->queues < 1 ||
	    request->queues > TAP_QUEUES_MAX || request->unused != 0 ||
	    !tap_request_is_zero(request->unused_too, sizeof(request->unused_too)))
		return -EINVAL;
	return tap_request_has_mac(request) ? 0 : -EADDRNOTAVAIL;
}

const char *tap_request_explain(int error)
{
	switch (-error) {
	case EBADMSG:
		return "a request for a TAP must have 64 bytes";
	case EPROTONOSUPPORT:
		return "this version of vde_vmnet supports only version 1 of the request";
	case EADDRNOTAVAIL:
		return "no guest can have that MAC address";
	case EINVAL:
		return "a request must be for 1 to 8 queues, and what this version does not know "
		       "must be 0";
	default:
		return strerror(-error);
	}
}

void tap_answer_refuse(struct tap_answer *answer, int error, const char *why)
{
	*answer = (struct tap_answer){.version = TAP_MESSAGE_VERSION, .error = (uint32_t)error};
	snprintf(answer->why, sizeof(answer->why), "%s", why);
}

int tap_answer_send(int socket, const struct tap_answer *answer, const int *fds, unsigned n)
{
	return fdpass_send_now(socket, answer, sizeof(*answer), fds, n);
}
