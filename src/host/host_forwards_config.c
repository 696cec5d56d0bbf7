// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_forwards_config.h"

#include <stdlib.h>

#include "forward_port.h"
#include "host_forwards.h"

static bool host_forwards_config_has(const struct hostfwd *list, unsigned n,
				     const struct hostfwd *hostfwd)
{
	for (unsigned i = 0; i < n; i++) {
		if (hostfwd_equal(&list[i], hostfwd))
			return true;
	}
	return false;
}

/* Those that are new, and those that are gone; add and remove each have room for HOSTFWD_MAX. */
static void host_forwards_config_differ(struct host *host, const struct config *config,
					struct hostfwd *add, unsigned *n_add,
					struct hostfwd *remove, unsigned *n_remove)
{
	struct host_forwards *forwards = &host->forwards;

	for (unsigned i = 0; i < config->n_hostfwds; i++) {
		if (!host_forwards_find(host, &config->hostfwds[i]))
			add[(*n_add)++] = config->hostfwds[i];
	}
	for (unsigned i = 0; i < forwards->n; i++) {
		const struct host_forward *forward = &forwards->list[i];

		if (forward->configured &&
		    !host_forwards_config_has(config->hostfwds, config->n_hostfwds,
					      &forward->hostfwd))
			remove[(*n_remove)++] = forward->hostfwd;
	}
}

int host_forwards_config_reload(struct host *host, const struct config *config,
				struct problem *problem)
{
	struct host_forwards *forwards = &host->forwards;
	struct host_forwards_change change = {.dhcp = &config->dhcp, .configured = true};
	struct hostfwd *both;
	int ret;

	if (!forwards->list)
		return 0;
	both = calloc(2 * (size_t)HOSTFWD_MAX, sizeof(*both));
	if (!both)
		return problem_set(problem, STATUS_FAILED, "not enough memory for forwards");
	change.add = both;
	change.remove = both + HOSTFWD_MAX;
	host_forwards_config_differ(host, config, both, &change.n_add, both + HOSTFWD_MAX,
				    &change.n_remove);
	ret = host_forwards_change(host, &change, problem);
	free(both);
	for (unsigned i = 0; i < forwards->n && ret == 0; i++)
		forwards->list[i].configured = host_forwards_config_has(
			config->hostfwds, config->n_hostfwds, &forwards->list[i].hostfwd);
	return ret;
}

int host_forwards_config_check(struct host *host)
{
	const struct config *config = host->config;

	for (unsigned i = 0; i < config->n_hostfwds; i++) {
		struct problem why;

		if (forward_port_check(&config->hostfwds[i], &why) < 0)
			return host_forwards_refuse(&config->hostfwds[i], why.text, host->problem);
	}
	return 0;
}

int host_forwards_config_up(struct host *host)
{
	const struct host_forwards_change change = {.dhcp = &host->config->dhcp,
						    .configured = true,
						    .n_add = host->config->n_hostfwds,
						    .add = host->config->hostfwds};

	return host_forwards_change(host, &change, host->problem);
}
