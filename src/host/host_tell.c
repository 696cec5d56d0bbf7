// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_tell.h"

#include <string.h>

#include "fdpass.h"
#include "request.h"

static void host_tell_verb(const struct host *host, enum request_verb verb, unsigned endpoint,
			   int fd)
{
	const struct request request = {.verb = verb, .endpoint = endpoint};
	int ret = fdpass_send(host->worker.requests.fd, &request, sizeof(request), &fd,
			      fd >= 0 ? 1 : 0);

	if (ret < 0)
		log_debug("the worker does not listen: %s", strerror(-ret));
}

void host_tell_channel(const struct host *host, unsigned endpoint, int fd)
{
	host_tell_verb(host, REQUEST_CHANNEL, endpoint, fd);
}

int host_tell_tap(const struct host *host)
{
	const struct request request = {.verb = REQUEST_TAP};

	return fdpass_send(host->worker.requests.fd, &request, sizeof(request), &host->device.fd,
			   1);
}

void host_tell_nic(const struct host *host)
{
	if (host->worker.ready)
		host_tell_verb(host, REQUEST_NIC, 0, host->bridged.nic.fd);
}

void host_tell_counters(const struct host *host)
{
	host_tell_verb(host, REQUEST_COUNTERS, 0, -1);
}

void host_tell_ask(const struct host *host)
{
	host_tell_verb(host, REQUEST_ASK, 0, -1);
}

void host_tell_level(const struct host *host, enum log_level level)
{
	host_tell_verb(host, REQUEST_LEVEL, level, -1);
}

void host_tell_stop(const struct host *host)
{
	host_tell_verb(host, REQUEST_STOP, 0, -1);
}
