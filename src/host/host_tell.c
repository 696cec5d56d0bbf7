// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_tell.h"

#include <string.h>

#include "fdpass.h"
#include "link_facts.h"
#include "request.h"

int host_tell(const struct host *host, const struct request *request, int fd)
{
	int ret = fdpass_send(host->worker.requests.fd, request, sizeof(*request), &fd,
			      fd >= 0 ? 1 : 0);

	if (ret < 0)
		log_debug("cannot reach the worker: %s", strerror(-ret));
	return ret;
}

static void host_tell_verb(const struct host *host, enum request_verb verb, unsigned endpoint,
			   int fd)
{
	const struct request request = {.verb = verb, .endpoint = endpoint};

	host_tell(host, &request, fd);
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

void host_tell_others(struct host *host)
{
	struct request request = {.verb = REQUEST_OTHERS};
	struct host_worker *worker = &host->worker;

	request.n_addresses =
		link_list_addresses(&host->link, (int)if_nametoindex(host->plan.device),
				    request.others, REQUEST_OTHERS_MAX);
	if (request.n_addresses == worker->n_others &&
	    memcmp(request.others, worker->others, sizeof(worker->others)) == 0)
		return;
	if (host_tell(host, &request, -1) < 0)
		return;
	worker->n_others = request.n_addresses;
	memcpy(worker->others, request.others, sizeof(worker->others));
}

void host_tell_stop(const struct host *host)
{
	host_tell_verb(host, REQUEST_STOP, 0, -1);
}
