// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_check.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "connect.h"
#include "host_dnsmasq.h"
#include "host_firewall.h"
#include "host_forwards_config.h"
#include "host_part.h"
#include "host_plan.h"
#include "host_program.h"
#include "host_routes.h"
#include "host_rules.h"
#include "host_sharedbridge.h"
#include "recovery.h"

/* The lock shows whether the name is in use. */
static int host_check_undolog(struct host *host)
{
	int ret = loop_init(&host->loop);

	if (ret < 0)
		return host_fail(host, "cannot create the event loop", ret);
	return undolog_look(&host->undolog, RUNDIR, host->plan.name, host->problem);
}

/*
 * Whether a start would settle that error: it creates what is in RUNDIR, or gives it to the worker,
 * before it is opened.
 */
static bool host_check_is_settled(const struct host *host, const struct endpoint *endpoint,
				  int error)
{
	if (endpoint->kind == ENDPOINT_TAP)
		return strncmp(endpoint->path, RUNDIR "/", strlen(RUNDIR "/")) == 0;
	if (strcmp(endpoint->path, host->plan.directory) != 0)
		return false;
	return access(endpoint->path, F_OK) < 0 || error == EPERM || error == EACCES;
}

/*
 * As the worker's user; but if a killed instance left it under another user, as that one, who will
 * remove it when a start undoes the rest.
 */
static int host_check_endpoint(struct host *host, const struct endpoint *endpoint)
{
	struct identity left;
	bool is_left = recovery_has_endpoint(&host->undolog, endpoint->locator, &left) &&
		       left.uid != host->plan.worker.uid && identity_can_change() && left.uid != 0;
	int ret = host_part_check_endpoint(&host->loop, &host->program,
					   is_left ? &left : &host->plan.connector,
					   endpoint->locator);

	if (ret < 0)
		return problem_set(host->problem, STATUS_FAILED, "cannot start the worker: %s",
				   strerror(-ret));
	if (ret == 0 || host_check_is_settled(host, endpoint, ret))
		return 0;
	return problem_set(host->problem, STATUS_HOST, "%s cannot be opened: %s", endpoint->locator,
			   connect_explain(endpoint, ret));
}

static int host_check_endpoints(struct host *host)
{
	int ret = 0;

	for (unsigned i = 0; i < host->plan.n_endpoints && ret == 0; i++)
		ret = host_check_endpoint(host, &host->plan.endpoints[i]);
	return ret;
}

static const struct host_check {
	int forms; /* of enum plan_form: where it is checked */
	int (*check)(struct host *host);
} host_checks[] = {
	{PLAN_ALL, host_program_up},
	{PLAN_ALL, host_check_undolog},
	{PLAN_ALL, host_plan_up},
	{PLAN_SHAREDBRIDGE, host_sharedbridge_check},
	{PLAN_OURS | PLAN_BRIDGE, host_rules_open},
	{PLAN_ALL, host_check_endpoints},
	{PLAN_SERVED, host_dnsmasq_check},
	{PLAN_SHARED, host_forwards_config_check},
};

int host_check(const struct config *config, struct problem *problem)
{
	struct host host;
	int ret;

	host_init(&host, config, problem);
	ret = host_plan_begin(&host);
	for (unsigned i = 0; i < sizeof(host_checks) / sizeof(host_checks[0]) && ret == 0; i++) {
		if (host_checks[i].forms & (int)host.plan.form)
			ret = host_checks[i].check(&host);
	}
	if (ret == 0) {
		plan_print(&host.plan, &host.served.dhcp);
		if (host.plan.form & PLAN_SERVED)
			ret = host_routes_check(&host);
	}
	if (ret == 0) {
		host_firewall_check(&host.plan, &host.nft);
	}
	host_program_down(&host);
	nft_close(&host.nft);
	link_finish(&host.link);
	undolog_close(&host.undolog);
	loop_finish(&host.loop);
	return ret < 0 ? problem->status : STATUS_STOPPED;
}
