// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_tell.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "devicenames.h"
#include "fdpass.h"
#include "link_facts.h"
#include "link_routes.h"
#include "request.h"

int host_tell(const struct host *host, const struct request *request, int fd)
{
	int ret = fdpass_send(host->worker.requests.fd, request, sizeof(*request), &fd,
			      fd >= 0 ? 1 : 0);

	if (ret < 0)
		log_debug("cannot reach the worker: %s", strerror(-ret));
	return ret;
}

static int host_tell_verb(const struct host *host, enum request_verb verb, unsigned endpoint,
			  int fd)
{
	const struct request request = {.verb = verb, .endpoint = endpoint};

	return host_tell(host, &request, fd);
}

void host_tell_channel(const struct host *host, unsigned endpoint, int fd)
{
	/* It waits for an answer, also where descriptors cannot be passed now. */
	if (host_tell_verb(host, REQUEST_CHANNEL, endpoint, fd) < 0 && fd >= 0)
		host_tell_verb(host, REQUEST_CHANNEL, endpoint, -1);
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

static void host_tell_news(const struct host *host, const struct request *request,
			   struct request *told)
{
	/* text is all of what they can hold. */
	if (request->n_addresses == told->n_addresses &&
	    memcmp(request->text, told->text, sizeof(told->text)) == 0)
		return;
	if (host_tell(host, request, -1) == 0)
		*told = *request;
}

void host_tell_others(struct host *host)
{
	int device = (int)if_nametoindex(host->plan.device);
	struct request prefixes = {.verb = REQUEST_PREFIXES};
	struct request others = {.verb = REQUEST_OTHERS};

	prefixes.n_addresses =
		link_list_prefixes(&host->link, device, prefixes.prefixes, REQUEST_PREFIXES_MAX);
	host_tell_news(host, &prefixes, &host->worker.prefixes);
	others.n_addresses =
		link_list_addresses(&host->link, device, others.others, REQUEST_OTHERS_MAX);
	host_tell_news(host, &others, &host->worker.others);
}

void host_tell_handed_out(const struct host *host)
{
	const struct request request = {.verb = REQUEST_HANDED_OUT, .token = host->taps.answered};

	host_tell(host, &request, -1);
}

void host_tell_stop(const struct host *host)
{
	host_tell_verb(host, REQUEST_STOP, 0, -1);
}

static void host_tell_add_uplinks(struct request_facts *facts, const char (*uplinks)[IF_NAMESIZE],
				  unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		facts->n_uplinks = devicenames_add(facts->uplinks, facts->n_uplinks,
						   REQUEST_UPLINKS_MAX, uplinks[i]);
}

static void host_tell_find_facts(const struct host *host, struct request_facts *facts)
{
	const struct plan *plan = &host->plan;

	snprintf(facts->name, sizeof(facts->name), "%s", plan->name);
	snprintf(facts->mode, sizeof(facts->mode), "%s", config_mode_name(plan->mode));
	if ((plan->form & PLAN_SERVED) && (plan->serves_dhcp || plan->serves_dns))
		snprintf(facts->domain, sizeof(facts->domain), "%s", host->served.dhcp.domain);
	facts->pid = (uint32_t)getpid();
	if (plan->form & PLAN_BRIDGED)
		host_tell_add_uplinks(facts, &plan->interface.name, 1);
	host_tell_add_uplinks(facts, plan->uplinks, plan->n_uplinks);
	host_tell_add_uplinks(facts, plan->uplinks6, plan->n_uplinks6);
}

void host_tell_facts(struct host *host)
{
	struct request request = {.verb = REQUEST_FACTS};

	host_tell_find_facts(host, &request.facts);
	if (!host->worker.ready ||
	    memcmp(&request.facts, &host->control.facts, sizeof(request.facts)) == 0)
		return;
	if (host_tell(host, &request, -1) == 0)
		host->control.facts = request.facts;
}

void host_tell_event(const struct host *host, enum request_event event, const char *text)
{
	struct request request = {.verb = REQUEST_EVENT, .endpoint = event};

	snprintf(request.text, sizeof(request.text), "%s", text);
	if (host->worker.ready)
		host_tell(host, &request, -1);
}
