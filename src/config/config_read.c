// SPDX-License-Identifier: GPL-2.0-or-later
#include "config_read.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config_arguments.h"
#include "config_check.h"
#include "config_file.h"
#include "mtu.h"

/* The default is our switch at RUNDIR/NAME.ctl. */
static int config_add_default_endpoint(struct config *config, struct problem *problem)
{
	char locator[ENDPOINT_LOCATOR_MAX];

	snprintf(locator, sizeof(locator), "switch://%s/%s.ctl", RUNDIR, config->name);
	return config_option_apply(&config_options[CONFIG_OPTION_ENDPOINT], config, locator,
				   problem);
}

/* The default path of tap:// is RUNDIR/NAME.tap. */
static int config_name_taps(struct config *config, struct problem *problem)
{
	char path[ENDPOINT_PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s.tap", RUNDIR, config->name);
	for (unsigned i = 0; i < config->n_endpoints; i++) {
		if (endpoint_name_tap(&config->endpoints[i], path, problem) < 0)
			return -1;
		for (unsigned j = 0; j < i; j++) {
			if (endpoint_equal(&config->endpoints[i], &config->endpoints[j]))
				return problem_set(problem, STATUS_USAGE, "%s: given twice",
						   config->endpoints[i].locator);
		}
	}
	return 0;
}

/* Without --name, a network is named after its mode. */
static int config_choose_name(struct config *config, struct problem *problem)
{
	const char *mode = config_mode_name(config->mode);

	if (*config->name)
		return 0;
	if (config->mode != CONFIG_BRIDGED) {
		snprintf(config->name, sizeof(config->name), "%s", mode);
		return 0;
	}
	if (config_check_interface(config, problem) < 0)
		return -1;
	snprintf(config->name, sizeof(config->name), "%s.%s", mode, config->interface);
	if (parse_name(config->name, CONFIG_NAME_MAX) == 0)
		return 0;
	return problem_set(problem, STATUS_USAGE,
			   "--vmnet-interface=%s cannot be part of the network's name; choose a "
			   "name with --name",
			   config->interface);
}

static void config_init(struct config *config, const char *debug)
{
	*config = (struct config){
		.log_level = LOG_LEVEL_INFO,
		.prefix = 24,
		.mtu = MTU_DEFAULT,
		.guest_connections = CONFIG_GUEST_CONNECTIONS_DEFAULT,
	};
	dhcp_init(&config->dhcp);
	hostfwd_allows_init(&config->hostfwd_allows);
	if (debug && strcmp(debug, "") != 0 && strcmp(debug, "0") != 0)
		config->log_level = LOG_LEVEL_DEBUG;
}

int config_read(struct config *config, int argc, char *const *argv, const char *debug,
		struct problem *problem)
{
	struct config first; /* the command line only */

	config_init(&first, debug);
	first.argc = argc;
	first.argv = argv;
	first.debug = debug;
	if (!getcwd(first.directory, sizeof(first.directory)))
		return problem_set(problem, STATUS_USAGE, "cannot find the current directory: %s",
				   strerror(errno));
	if (strcmp(first.directory, "/") == 0)
		first.directory[0] = '\0';
	*config = first;
	if (config_read_arguments(&first, argc, argv, problem) < 0)
		return -1;
	if (first.action == CONFIG_CLEANUP && first.n_endpoints > 0)
		return problem_set(problem, STATUS_USAGE,
				   "--cleanup takes no endpoint (%s): it removes everything that "
				   "the network named by --name left",
				   first.endpoints[0].locator);
	if (first.action == CONFIG_HELP || first.action == CONFIG_VERSION || !*first.file) {
		*config = first;
	} else {
		memcpy(config->file, first.file, sizeof(config->file));
		if (config_read_file(config, problem) < 0)
			return -1;
		/* lists of the command line replace the file's */
		if (first.n_endpoints > 0)
			config->n_endpoints = 0;
		if (first.n_uplinks > 0)
			config->n_uplinks = 0;
		if (first.n_hostfwds > 0)
			config->n_hostfwds = 0;
		if (first.has_hostfwd_allows)
			config->has_hostfwd_allows = false;
		dhcp_drop_lists(&config->dhcp, &first.dhcp);
		if (config_read_arguments(config, argc, argv, problem) < 0)
			return -1;
	}
	if (config->action == CONFIG_HELP || config->action == CONFIG_VERSION ||
	    config->action == CONFIG_INTERFACES)
		return 0;
	if (config_choose_name(config, problem) < 0)
		return -1;
	if (config->n_endpoints == 0 && config_add_default_endpoint(config, problem) < 0)
		return -1;
	if (config_name_taps(config, problem) < 0)
		return -1;
	return config_check(config, problem);
}

int config_read_again(struct config *config, const struct config *running, struct problem *problem)
{
	return config_read(config, running->argc, running->argv, running->debug, problem);
}
