// SPDX-License-Identifier: GPL-2.0-or-later
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mtu.h"

/* Without one: a switch of ours at RUNDIR/NAME.ctl. */
static int config_add_default_endpoint(struct config *config, struct problem *problem)
{
	char locator[ENDPOINT_LOCATOR_MAX];

	snprintf(locator, sizeof(locator), "switch://%s/%s.ctl", RUNDIR, config->name);
	return config_apply(config, "endpoint", locator, problem);
}

bool config_serves(const struct config *config)
{
	return config->mode != CONFIG_BRIDGED && !config->has_network_id;
}

/* Without --name, a network is called after its mode. */
static int config_choose_name(struct config *config, struct problem *problem)
{
	const char *mode = config_mode_name(config->mode);

	if (*config->name)
		return 0;
	if (config->mode != CONFIG_BRIDGED) {
		snprintf(config->name, sizeof(config->name), "%s", mode);
		return 0;
	}
	if (!*config->interface)
		return problem_set(problem, STATUS_USAGE,
				   "--vmnet-mode=bridged needs --vmnet-interface; "
				   "--vmnet-interface=? lists those to use");
	snprintf(config->name, sizeof(config->name), "%s.%s", mode, config->interface);
	if (parse_name(config->name, CONFIG_NAME_MAX) == 0)
		return 0;
	return problem_set(problem, STATUS_USAGE,
			   "--vmnet-interface=%s cannot be part of the network's name; give one "
			   "by --name",
			   config->interface);
}

/* Whether the mode has a use for each option that was given. */
static int config_check_mode(const struct config *config, struct problem *problem)
{
	static const char *const served[] = {
		"vmnet-gateway", "vmnet-dhcp-end",
		"vmnet-mask",	 "vmnet-nat66-prefix",
		"dhcp-host",	 "dhcp-lease-time",
		"dns",		 "dns-search",
		"domain",	 "ipv6",
		"firewall",
	};

	if (config->mode != CONFIG_SHARED && config->n_uplinks > 0)
		return problem_set(problem, STATUS_USAGE,
				   "--uplink is only for --vmnet-mode=shared; in mode %s nothing "
				   "is forwarded",
				   config_mode_name(config->mode));
	if (config->mode == CONFIG_BRIDGED && !*config->interface)
		return problem_set(problem, STATUS_USAGE,
				   "--vmnet-mode=bridged needs --vmnet-interface; "
				   "--vmnet-interface=? lists those to use");
	if (config->mode != CONFIG_BRIDGED && *config->interface)
		return problem_set(problem, STATUS_USAGE,
				   "--vmnet-interface is only for --vmnet-mode=bridged; in mode %s "
				   "%s",
				   config_mode_name(config->mode),
				   config->mode == CONFIG_SHARED
					   ? "guests leave by the host's routes"
					   : "guests have no way out");
	if (config->mode != CONFIG_HOST && config->has_network_id)
		return problem_set(problem, STATUS_USAGE,
				   "--vmnet-network-identifier is only for --vmnet-mode=host");
	if (config->mode != CONFIG_SHARED && config->has_nat_ports)
		return problem_set(problem, STATUS_USAGE,
				   "--nat-ports is only for --vmnet-mode=shared; in mode %s %s",
				   config_mode_name(config->mode),
				   config->mode == CONFIG_HOST
					   ? "guests have no way out"
					   : "guests leave with ports of their own addresses");
	if (config->has_network_id && config->isolated)
		return problem_set(problem, STATUS_USAGE,
				   "--isolated has no meaning with --vmnet-network-identifier: "
				   "guests reach only each other there");
	for (unsigned i = 0; i < sizeof(served) / sizeof(served[0]); i++) {
		if (config_is_given(config, served[i]) && !config_serves(config))
			return problem_set(problem, STATUS_USAGE, "--%s has no meaning with %s: %s",
					   served[i],
					   config->has_network_id ? "--vmnet-network-identifier"
								  : "--vmnet-mode=bridged",
					   config->has_network_id
						   ? "the host is no part of that network"
						   : "guests are on the network there, as it is");
	}
	return 0;
}

/* Options that say what DHCP tells, where there is none; or of a subnet that is not known yet. */
static int config_check_dhcp(const struct config *config, struct problem *problem)
{
	const struct dhcp *dhcp = &config->dhcp;
	const char *name = dhcp->n_hosts > 0			    ? "dhcp-host"
			   : dhcp->has_lease_time		    ? "dhcp-lease-time"
			   : dhcp->n_servers + dhcp->n_servers6 > 0 ? "dns"
			   : dhcp->n_search > 0			    ? "dns-search"
								    : NULL;

	if (config->disable_dhcp && name)
		return problem_set(problem, STATUS_USAGE,
				   "--%s and --vmnet-disable-dhcp exclude each other", name);
	if (dhcp->n_hosts > 0 && !config->has_gateway)
		return problem_set(problem, STATUS_USAGE, "--dhcp-host needs --vmnet-gateway");
	return 0;
}

/* Whether --vmnet-gateway, --vmnet-mask and --vmnet-dhcp-end make a subnet, with its guests. */
static int config_check_subnet(const struct config *config, struct problem *problem)
{
	bool is_end = config->dhcp_end != 0;
	char address[SUBNET_TEXT_MAX];
	struct subnet subnet;
	const char *wrong = subnet_init(&subnet, config->gateway, config->prefix, 0);

	if (wrong || !is_end)
		is_end = false;
	else
		wrong = subnet_init(&subnet, config->gateway, config->prefix, config->dhcp_end);
	if (!wrong)
		return dhcp_check_hosts(&config->dhcp, &subnet, problem);
	subnet_format(is_end ? config->dhcp_end : config->gateway, address);
	return problem_set(problem, STATUS_USAGE, "--vmnet-%s=%s with a /%u: %s",
			   is_end ? "dhcp-end" : "gateway", address, config->prefix, wrong);
}

/* Rules that two options make together. */
static int config_check_sense(const struct config *config, struct problem *problem)
{
	if (config->action == CONFIG_CLEANUP)
		return 0;
	if (config_check_mode(config, problem) < 0)
		return -1;
	if (config->dhcp_end && !config->has_gateway)
		return problem_set(problem, STATUS_USAGE, "--vmnet-dhcp-end needs --vmnet-gateway");
	if (config->has_mask && !config->has_gateway)
		return problem_set(problem, STATUS_USAGE, "--vmnet-mask needs --vmnet-gateway");
	if (config->has_prefix6 && config->ipv6_off)
		return problem_set(problem, STATUS_USAGE,
				   "--vmnet-nat66-prefix and --ipv6=off contradict each other");
	if (config->has_prefix6 && config->mtu < MTU_IPV6)
		return problem_set(problem, STATUS_USAGE,
				   "--mtu=%u with --vmnet-nat66-prefix: IPv6 needs at least %d "
				   "bytes",
				   config->mtu, MTU_IPV6);
	if (config_check_dhcp(config, problem) < 0)
		return -1;
	for (unsigned i = 0; i < config->n_endpoints; i++) {
		unsigned max = endpoint_max_mtu(&config->endpoints[i]);

		if (config->mtu > max)
			return problem_set(problem, STATUS_USAGE,
					   "--mtu=%u: %s carries at most %u bytes", config->mtu,
					   config->endpoints[i].locator, max);
		if (config->isolated && !endpoint_can_isolate(&config->endpoints[i]))
			return problem_set(problem, STATUS_USAGE,
					   "--isolated: guests at %s reach each other there, not "
					   "through vde_vmnet; use switch:// or ptp://",
					   config->endpoints[i].locator);
	}
	if (!config->has_gateway)
		return 0;
	return config_check_subnet(config, problem);
}

static int config_apply_argument(struct config *config, const char *shown, const char *name,
				 const char *value, struct problem *problem)
{
	struct problem why = {0};

	if (config_apply(config, name, value, &why) == 0)
		return 0;
	return problem_set(problem, why.status, "%s%s%.200s: %s", shown, *shown && value ? "=" : "",
			   value ? value : "", why.text);
}

static const char *config_long_name(char letter)
{
	switch (letter) {
	case 'p':
		return "pidfile";
	case 'h':
		return "help";
	case 'v':
		return "version";
	default:
		return NULL;
	}
}

/* Reads the option at argv[*i], and its value in the same or the next word. */
static int config_read_option(struct config *config, int argc, char *const *argv, int *i,
			      struct problem *problem)
{
	const char *word = argv[*i];
	const char *value = NULL;
	char shown[64]; /* "--NAME"; longer ones are unknown anyway */
	const char *name = shown + 2;

	if (word[1] == '-') {
		size_t length = strcspn(word + 2, "=");

		snprintf(shown, sizeof(shown), "--%.*s", (int)length, word + 2);
		if (word[2 + length] == '=')
			value = word + 2 + length + 1;
	} else {
		const char *long_name = config_long_name(word[1]);

		snprintf(shown, sizeof(shown), "--%s", long_name ? long_name : "");
		/* What follows -h or -v, as in -hv, is not looked at any more. */
		if (long_name && word[2] != '\0' && config_takes_value(long_name) == 1)
			value = word + 2;
	}
	if (config_takes_value(name) < 0)
		return problem_set(problem, STATUS_USAGE,
				   "%.200s: unknown option; --help lists them", word);
	if (!value && config_takes_value(name) == 1 && *i + 1 < argc)
		value = argv[++*i];
	return config_apply_argument(config, shown, name, value, problem);
}

static int config_read_arguments(struct config *config, int argc, char *const *argv,
				 struct problem *problem)
{
	bool options = true;

	for (int i = 1; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
		} else if (options && argv[i][0] == '-' && argv[i][1] != '\0') {
			if (config_read_option(config, argc, argv, &i, problem) < 0)
				return -1;
		} else if (config_apply_argument(config, "", "endpoint", argv[i], problem) < 0) {
			return -1;
		}
	}
	return 0;
}

static void config_init(struct config *config, const char *debug)
{
	*config = (struct config){
		.log_level = LOG_LEVEL_INFO,
		.prefix = 24,
		.mtu = MTU_DEFAULT,
	};
	dhcp_init(&config->dhcp);
	if (debug && strcmp(debug, "") != 0 && strcmp(debug, "0") != 0)
		config->log_level = LOG_LEVEL_DEBUG;
}

int config_read(struct config *config, int argc, char *const *argv, const char *debug,
		struct problem *problem)
{
	struct config first; /* the command line alone */

	config_init(&first, debug);
	first.argc = argc;
	first.argv = argv;
	first.debug = debug;
	if (!getcwd(first.directory, sizeof(first.directory)))
		return problem_set(problem, STATUS_USAGE, "the current directory: %s",
				   strerror(errno));
	if (strcmp(first.directory, "/") == 0)
		first.directory[0] = '\0';
	*config = first;
	if (config_read_arguments(&first, argc, argv, problem) < 0)
		return -1;
	if (first.action == CONFIG_CLEANUP && first.n_endpoints > 0)
		return problem_set(problem, STATUS_USAGE,
				   "--cleanup takes no endpoint (%s): it is for all that the "
				   "network named by --name left",
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
	return config_check_sense(config, problem);
}

int config_read_again(struct config *config, const struct config *running, struct problem *problem)
{
	return config_read(config, running->argc, running->argv, running->debug, problem);
}
