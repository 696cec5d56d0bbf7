// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules about combinations of options, checked after all of them were read. */
#include "config_check.h"

#include "config.h"
#include "mtu.h"

static int config_refuse_mode(const struct config *config, const struct config_option *option,
			      struct problem *problem)
{
	const char *why = option->elsewhere[config->mode];

	return problem_set(
		problem, STATUS_USAGE,
		"--%s is only for --vmnet-mode=%s%s%s%s%s. Add that mode, or omit the option",
		option->name, config_mode_name(option->mode), why ? "; in mode " : "",
		why ? config_mode_name(config->mode) : "", why ? ", " : "", why ? why : "");
}

static int config_refuse_served(const struct config *config, const struct config_option *option,
				struct problem *problem)
{
	return problem_set(problem, STATUS_USAGE, "--%s cannot be used with %s: %s", option->name,
			   config->has_network_id ? "--vmnet-network-identifier"
						  : "--vmnet-mode=bridged",
			   config->has_network_id ? "the host is not part of that network"
						  : "guests are directly on the existing network");
}

/* Checks the option against one of its limits. */
static int config_check_limit(const struct config *config, const struct config_option *option,
			      enum config_limit limit, struct problem *problem)
{
	switch (limit) {
	case CONFIG_LIMIT_COMMAND_LINE: /* config_file.c checks this */
		break;
	case CONFIG_LIMIT_MODE:
		if (config->mode != option->mode)
			return config_refuse_mode(config, option, problem);
		break;
	case CONFIG_LIMIT_SERVED:
		if (!config_serves(config))
			return config_refuse_served(config, option, problem);
		break;
	case CONFIG_LIMIT_DHCP:
		if (config->disable_dhcp)
			return problem_set(problem, STATUS_USAGE,
					   "--%s and --vmnet-disable-dhcp cannot be used together",
					   option->name);
		break;
	case CONFIG_LIMIT_GATEWAY:
		if (!config->has_gateway)
			return problem_set(problem, STATUS_USAGE, "--%s needs --vmnet-gateway",
					   option->name);
		break;
	}
	return 0;
}

/* Checks one limit after another, the mode first: it decides whether guests are served. */
static int config_check_limits(const struct config *config, struct problem *problem)
{
	static const enum config_limit limits[] = {CONFIG_LIMIT_MODE, CONFIG_LIMIT_SERVED,
						   CONFIG_LIMIT_DHCP, CONFIG_LIMIT_GATEWAY};

	for (unsigned n = 0; n < sizeof(limits) / sizeof(limits[0]); n++) {
		for (unsigned id = 0; id < CONFIG_OPTIONS; id++) {
			const struct config_option *option = &config_options[id];

			if (!(option->limits & limits[n]) ||
			    !config_given_has(&config->given, (enum config_option_id)id))
				continue;
			if (config_check_limit(config, option, limits[n], problem) < 0)
				return -1;
		}
	}
	return 0;
}

int config_check_interface(const struct config *config, struct problem *problem)
{
	if (config->mode != CONFIG_BRIDGED || *config->interface)
		return 0;
	return problem_set(problem, STATUS_USAGE,
			   "--vmnet-mode=bridged needs --vmnet-interface; --vmnet-interface=? "
			   "lists the usable ones");
}

/* Whether each endpoint can do what is asked of all. */
static int config_check_endpoints(const struct config *config, struct problem *problem)
{
	for (unsigned i = 0; i < config->n_endpoints; i++) {
		const struct endpoint *endpoint = &config->endpoints[i];
		unsigned max = endpoint_max_mtu(endpoint);

		if (config->mtu > max)
			return problem_set(problem, STATUS_USAGE,
					   "--mtu=%u: %s carries at most %u bytes", config->mtu,
					   endpoint->locator, max);
		if (config->isolated && !endpoint_can_isolate(endpoint))
			return problem_set(
				problem, STATUS_USAGE,
				"--isolated: guests at %s reach each other without vde_vmnet; use "
				"switch://, ptp://, stream://, seqpacket:// or tap://",
				endpoint->locator);
	}
	return 0;
}

/*
 * Whether --vmnet-gateway, --vmnet-mask and --vmnet-dhcp-end make a valid subnet, with its guests.
 */
static int config_check_subnet(const struct config *config, struct problem *problem)
{
	bool is_end = config->dhcp_end != 0;
	char address[SUBNET_TEXT_MAX];
	enum config_option_id id;
	struct subnet subnet;
	const char *wrong;

	if (!config->has_gateway)
		return 0;
	wrong = subnet_init(&subnet, config->gateway, config->prefix, 0);

	if (wrong || !is_end)
		is_end = false;
	else
		wrong = subnet_init(&subnet, config->gateway, config->prefix, config->dhcp_end);
	if (!wrong)
		return dhcp_check_hosts(&config->dhcp, &subnet, problem);
	id = is_end ? CONFIG_OPTION_VMNET_DHCP_END : CONFIG_OPTION_VMNET_GATEWAY;
	subnet_format(is_end ? config->dhcp_end : config->gateway, address);
	return problem_set(problem, STATUS_USAGE, "--%s=%s with a /%u: %s", config_options[id].name,
			   address, config->prefix, wrong);
}

/* As far as the subnet is known; plan.c checks again. */
static int config_check_hostfwds(const struct config *config, struct problem *problem)
{
	struct subnet subnet = {.gateway = config->gateway, .prefix = config->prefix};
	const struct hostfwd_network network = {
		.subnet = config->has_gateway ? &subnet : NULL,
		.knows_ipv6 = config->has_prefix6 || config->ipv6_off,
		.prefix6 = config->has_prefix6 ? &config->prefix6 : NULL,
		.dhcp = &config->dhcp,
		.serves_dhcp = !config->disable_dhcp};
	unsigned ports = 0;

	for (unsigned i = 0; i < config->n_hostfwds; i++) {
		const struct hostfwd *hostfwd = &config->hostfwds[i];
		char text[HOSTFWD_TEXT_MAX];
		struct problem why;

		ports += hostfwd_n_ports(hostfwd);
		if (hostfwd_check(hostfwd, &network, &why) < 0)
			return problem_set(problem, STATUS_USAGE, "--%s=%s: %s",
					   config_options[CONFIG_OPTION_HOSTFWD].name,
					   hostfwd_format(hostfwd, text), why.text);
	}
	if (ports > HOSTFWD_PORTS_MAX)
		return problem_set(
			problem, STATUS_USAGE, "--%s: %u ports in total; at most %d are allowed",
			config_options[CONFIG_OPTION_HOSTFWD].name, ports, HOSTFWD_PORTS_MAX);
	return 0;
}

int config_check(const struct config *config, struct problem *problem)
{
	if (config->action == CONFIG_CLEANUP)
		return 0;
	if (config_check_interface(config, problem) < 0 || config_check_limits(config, problem) < 0)
		return -1;
	if (config->has_network_id && config->isolated)
		return problem_set(problem, STATUS_USAGE,
				   "--isolated cannot be used with --vmnet-network-identifier: "
				   "there, guests reach only each other");
	if (config->has_prefix6 && config->ipv6_off)
		return problem_set(problem, STATUS_USAGE,
				   "--vmnet-nat66-prefix and --ipv6=off contradict each other");
	if (config->has_prefix6 && config->mtu < MTU_IPV6)
		return problem_set(problem, STATUS_USAGE,
				   "--mtu=%u with --vmnet-nat66-prefix: IPv6 needs at least %d "
				   "bytes",
				   config->mtu, MTU_IPV6);
	if (config_check_endpoints(config, problem) < 0)
		return -1;
	if (config_check_subnet(config, problem) < 0)
		return -1;
	return config_check_hostfwds(config, problem);
}
