// SPDX-License-Identifier: GPL-2.0-or-later
#include "forward_tell.h"

#include <stdio.h>

#include "host_tell.h"
#include "log.h"

const char *forward_tell_address(const struct host_forward *forward, char text[ULA_TEXT_MAX])
{
	return forward->active ? hostfwd_format_plain(&forward->address, text) : "-";
}

static void forward_tell_event(const struct host *host, const struct host_forward *forward,
			       const char *state)
{
	char event[HOSTFWD_TEXT_MAX + ULA_TEXT_MAX + 16];
	char text[HOSTFWD_TEXT_MAX];
	char address[ULA_TEXT_MAX];

	snprintf(event, sizeof(event), "%s %s %s", hostfwd_format(&forward->hostfwd, text), state,
		 forward_tell_address(forward, address));
	host_tell_event(host, REQUEST_EVENT_FORWARD, event);
}

void forward_tell_state(const struct host *host, const struct host_forward *forward)
{
	char text[HOSTFWD_TEXT_MAX];
	char address[ULA_TEXT_MAX];

	hostfwd_format(&forward->hostfwd, text);
	if (forward->active)
		log_info("forward %s leads to %s", text, forward_tell_address(forward, address));
	else
		log_info("forward %s is waiting for its guest", text);
	forward_tell_event(host, forward, forward->active ? "active" : "waiting");
}

void forward_tell_removed(const struct host *host, const struct host_forward *forward)
{
	char text[HOSTFWD_TEXT_MAX];

	log_info("removed forward %s", hostfwd_format(&forward->hostfwd, text));
	forward_tell_event(host, forward, "removed");
}

void forward_tell_many(const struct host *host, unsigned added, unsigned removed, unsigned changed)
{
	char event[64];

	if (changed > 0)
		log_info("changed the targets of %u forwards", changed);
	else
		log_info("added %u forwards, removed %u", added, removed);
	snprintf(event, sizeof(event), "%u %u %u", added, removed, changed);
	host_tell_event(host, REQUEST_EVENT_FORWARDS, event);
}
