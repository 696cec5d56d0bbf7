// SPDX-License-Identifier: GPL-2.0-or-later
#include "config_set.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "mtu.h"

static int config_copy(char *to, size_t size, const char *value, struct problem *problem)
{
	if (*value == '\0')
		return problem_set(problem, STATUS_USAGE, "needs a value");
	if (strlen(value) >= size)
		return problem_set(problem, STATUS_USAGE, "longer than %zu characters", size - 1);
	memcpy(to, value, strlen(value) + 1);
	return 0;
}

static int config_set_path(struct config *config, char to[PATH_MAX], const char *value,
			   struct problem *problem)
{
	int length;

	if (*value == '\0')
		return problem_set(problem, STATUS_USAGE, "needs the name of a file");
	length = snprintf(to, PATH_MAX, "%s%s%s", *value == '/' ? "" : config->directory,
			  *value == '/' ? "" : "/", value);
	if (length >= PATH_MAX)
		return problem_set(problem, STATUS_USAGE, "too long for a path");
	return 0;
}

int config_set_file(struct config *config, const char *value, struct problem *problem)
{
	return config_set_path(config, config->file, value, problem);
}

int config_set_pidfile(struct config *config, const char *value, struct problem *problem)
{
	if (config_set_path(config, config->pidfile, value, problem) < 0)
		return -1;
	/* It becomes a line of the undo log. */
	if (strlen(config->pidfile) > CONFIG_PIDFILE_MAX)
		return problem_set(problem, STATUS_USAGE, "longer than %d characters",
				   CONFIG_PIDFILE_MAX);
	for (const char *at = config->pidfile; *at; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return problem_set(problem, STATUS_USAGE, "contains control characters");
	}
	return 0;
}

int config_set_name(struct config *config, const char *value, struct problem *problem)
{
	if (parse_name(value, CONFIG_NAME_MAX) < 0)
		return problem_set(problem, STATUS_USAGE,
				   "a name has at most %d letters, digits, '.', '_' and '-', and "
				   "starts with a letter or digit",
				   CONFIG_NAME_MAX);
	return config_copy(config->name, sizeof(config->name), value, problem);
}

int config_set_user(struct config *config, const char *value, struct problem *problem)
{
	return config_copy(config->user, sizeof(config->user), value, problem);
}

int config_set_group(struct config *config, const char *value, struct problem *problem)
{
	return config_copy(config->group, sizeof(config->group), value, problem);
}

int config_set_control_group(struct config *config, const char *value, struct problem *problem)
{
	return config_copy(config->control_group, sizeof(config->control_group), value, problem);
}

int config_set_mode(struct config *config, const char *value, struct problem *problem)
{
	return config_mode_parse(&config->mode, value, problem);
}

int config_set_interface(struct config *config, const char *value, struct problem *problem)
{
	if (strcmp(value, "?") == 0) {
		config->action = CONFIG_INTERFACES;
		return 0;
	}
	if (parse_device(value) < 0)
		return problem_set(
			problem, STATUS_USAGE,
			"not the name of a device; --vmnet-interface=? lists the usable ones");
	return config_copy(config->interface, sizeof(config->interface), value, problem);
}

static int config_set_uuid(uint8_t to[UUID_SIZE], bool *given, const char *value,
			   struct problem *problem)
{
	if (parse_uuid(value, to) < 0)
		return problem_set(
			problem, STATUS_USAGE,
			"not a UUID; use one like 1b4e28ba-2fa1-11d2-883f-b9a761bde3fb (uuidgen)");
	*given = true;
	return 0;
}

int config_set_network_id(struct config *config, const char *value, struct problem *problem)
{
	return config_set_uuid(config->network_id, &config->has_network_id, value, problem);
}

int config_set_interface_id(struct config *config, const char *value, struct problem *problem)
{
	return config_set_uuid(config->interface_id, &config->has_interface_id, value, problem);
}

int config_set_gateway(struct config *config, const char *value, struct problem *problem)
{
	if (subnet_parse_address(value, &config->gateway) < 0)
		return problem_set(problem, STATUS_USAGE,
				   "not an IPv4 address; use one like 192.168.105.1");
	config->has_gateway = true;
	return 0;
}

int config_set_dhcp_end(struct config *config, const char *value, struct problem *problem)
{
	if (subnet_parse_address(value, &config->dhcp_end) < 0 || config->dhcp_end == 0)
		return problem_set(problem, STATUS_USAGE,
				   "not an IPv4 address; use one like 192.168.105.254");
	return 0;
}

int config_set_mask(struct config *config, const char *value, struct problem *problem)
{
	int ret = subnet_parse_mask(value, &config->prefix);

	if (ret == -ERANGE)
		return problem_set(problem, STATUS_USAGE,
				   "must be between 255.0.0.0 and 255.255.255.252");
	if (ret < 0)
		return problem_set(problem, STATUS_USAGE,
				   "not a subnet mask; use one like 255.255.255.0");
	config->has_mask = true;
	return 0;
}

int config_set_ipv6(struct config *config, const char *value, struct problem *problem)
{
	if (strcmp(value, "auto") != 0 && strcmp(value, "off") != 0)
		return problem_set(problem, STATUS_USAGE, "use auto or off");
	config->ipv6_off = strcmp(value, "off") == 0;
	return 0;
}

int config_set_prefix6(struct config *config, const char *value, struct problem *problem)
{
	const char *wrong = ula_parse(value, &config->prefix6);

	if (wrong)
		return problem_set(problem, STATUS_USAGE, "%s", wrong);
	config->has_prefix6 = true;
	return 0;
}

int config_set_disable_dhcp(struct config *config, const char *value, struct problem *problem)
{
	(void)value;
	(void)problem;
	config->disable_dhcp = true;
	return 0;
}

int config_set_disable_dns(struct config *config, const char *value, struct problem *problem)
{
	(void)value;
	(void)problem;
	config->disable_dns = true;
	return 0;
}

int config_set_disable_ra(struct config *config, const char *value, struct problem *problem)
{
	(void)value;
	(void)problem;
	config->disable_ra = true;
	return 0;
}

int config_set_isolated(struct config *config, const char *value, struct problem *problem)
{
	(void)value;
	(void)problem;
	config->isolated = true;
	return 0;
}

int config_set_allow_link_local(struct config *config, const char *value, struct problem *problem)
{
	(void)value;
	(void)problem;
	config->allow_link_local = true;
	return 0;
}

int config_set_guest_connections(struct config *config, const char *value, struct problem *problem)
{
	if (parse_number(value, CONFIG_GUEST_CONNECTIONS_MIN, CONFIG_GUEST_CONNECTIONS_MAX,
			 &config->guest_connections) < 0)
		return problem_set(problem, STATUS_USAGE,
				   "not a number of connections from %d to %d",
				   CONFIG_GUEST_CONNECTIONS_MIN, CONFIG_GUEST_CONNECTIONS_MAX);
	return 0;
}

int config_set_mtu(struct config *config, const char *value, struct problem *problem)
{
	if (parse_number(value, MTU_MIN, MTU_MAX, &config->mtu) < 0)
		return problem_set(problem, STATUS_USAGE, "not a number of bytes from %d to %d",
				   MTU_MIN, MTU_MAX);
	config->has_mtu = true;
	return 0;
}

int config_set_nat_ports(struct config *config, const char *value, struct problem *problem)
{
	const char *dash = strchr(value, '-');
	char first[8];
	unsigned low;
	unsigned high;

	snprintf(first, sizeof(first), "%.*s", dash ? (int)(dash - value) : 0, value);
	if (!dash || dash - value >= (int)sizeof(first) ||
	    parse_number(first, 0, UINT16_MAX, &low) < 0 ||
	    parse_number(dash + 1, 0, UINT16_MAX, &high) < 0)
		return problem_set(problem, STATUS_USAGE,
				   "not a range of ports; use one like 61000-65535");
	if (low < CONFIG_NAT_PORT_MIN)
		return problem_set(problem, STATUS_USAGE,
				   "NAT must not use privileged ports; start at %d or above",
				   CONFIG_NAT_PORT_MIN);
	if (high < low || high - low + 1 < CONFIG_NAT_PORTS_MIN)
		return problem_set(problem, STATUS_USAGE, "needs at least %d ports, lowest first",
				   CONFIG_NAT_PORTS_MIN);
	config->has_nat_ports = true;
	config->nat_port_low = (uint16_t)low;
	config->nat_port_high = (uint16_t)high;
	return 0;
}

int config_set_firewall(struct config *config, const char *value, struct problem *problem)
{
	static const char *const values[] = {[CONFIG_FIREWALL_AUTO] = "auto",
					     [CONFIG_FIREWALL_OWN] = "own",
					     [CONFIG_FIREWALL_PRINT] = "print"};

	for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (strcmp(value, values[i]) == 0) {
			config->firewall = (enum config_firewall)i;
			return 0;
		}
	}
	return problem_set(problem, STATUS_USAGE, "use auto, own or print");
}

int config_set_log_level(struct config *config, const char *value, struct problem *problem)
{
	if (log_parse_level(value, &config->log_level) < 0)
		return problem_set(problem, STATUS_USAGE, "use error, warning, info or debug");
	return 0;
}

int config_set_endpoint(struct config *config, const char *value, struct problem *problem)
{
	struct endpoint *endpoint = &config->endpoints[config->n_endpoints];

	if (config->n_endpoints == ENDPOINTS_MAX)
		return problem_set(problem, STATUS_USAGE, "more than %d endpoints", ENDPOINTS_MAX);
	if (endpoint_parse(endpoint, value, config->directory, problem) < 0)
		return -1;
	for (unsigned i = 0; i < config->n_endpoints; i++) {
		if (endpoint_equal(&config->endpoints[i], endpoint))
			return problem_set(problem, STATUS_USAGE, "given twice");
	}
	config->n_endpoints++;
	return 0;
}

int config_set_uplink(struct config *config, const char *value, struct problem *problem)
{
	if (config->n_uplinks == CONFIG_UPLINKS_MAX)
		return problem_set(problem, STATUS_USAGE, "more than %d uplinks",
				   CONFIG_UPLINKS_MAX);
	if (parse_device(value) < 0)
		return problem_set(problem, STATUS_USAGE,
				   "not the name of a network device; ip link lists them");
	return config_copy(config->uplinks[config->n_uplinks++], IF_NAMESIZE, value, problem);
}

int config_set_hostfwd(struct config *config, const char *value, struct problem *problem)
{
	struct hostfwd *hostfwd = &config->hostfwds[config->n_hostfwds];
	const struct hostfwd *other;
	char text[HOSTFWD_TEXT_MAX];

	if (config->n_hostfwds == HOSTFWD_MAX)
		return problem_set(problem, STATUS_USAGE, "more than %d forwards", HOSTFWD_MAX);
	if (hostfwd_parse(value, hostfwd, problem) < 0)
		return -1;
	other = hostfwd_find_overlap(config->hostfwds, config->n_hostfwds, hostfwd);
	if (other)
		return problem_set(problem, STATUS_USAGE, "overlaps with %s",
				   hostfwd_format(other, text));
	config->n_hostfwds++;
	return 0;
}

/* The first one replaces the default. */
int config_set_hostfwd_allow(struct config *config, const char *value, struct problem *problem)
{
	if (!config->has_hostfwd_allows)
		config->hostfwd_allows.n = 0;
	config->has_hostfwd_allows = true;
	return hostfwd_allows_add(&config->hostfwd_allows, value, problem);
}

int config_set_dhcp_host(struct config *config, const char *value, struct problem *problem)
{
	return dhcp_add_host(&config->dhcp, value, problem);
}

int config_set_dhcp_lease_time(struct config *config, const char *value, struct problem *problem)
{
	return dhcp_set_lease_time(&config->dhcp, value, problem);
}

int config_set_leases_per_port(struct config *config, const char *value, struct problem *problem)
{
	if (parse_number(value, 1, DHCP_LEASES_PER_PORT_MAX, &config->dhcp.leases_per_port) < 0)
		return problem_set(problem, STATUS_USAGE, "not a number of leases from 1 to %d",
				   DHCP_LEASES_PER_PORT_MAX);
	return 0;
}

int config_set_dns(struct config *config, const char *value, struct problem *problem)
{
	return dhcp_add_servers(&config->dhcp, value, problem);
}

int config_set_dns_search(struct config *config, const char *value, struct problem *problem)
{
	return dhcp_add_search(&config->dhcp, value, problem);
}

int config_set_domain(struct config *config, const char *value, struct problem *problem)
{
	return dhcp_set_domain(&config->dhcp, value, problem);
}

static int config_set_action(struct config *config, enum config_action action,
			     struct problem *problem)
{
	bool other = config->action == CONFIG_CHECK || config->action == CONFIG_CLEANUP;

	if (other && config->action != action)
		return problem_set(problem, STATUS_USAGE,
				   "--check and --cleanup cannot be used together");
	config->action = action;
	return 0;
}

int config_set_check(struct config *config, const char *value, struct problem *problem)
{
	(void)value;
	return config_set_action(config, CONFIG_CHECK, problem);
}

int config_set_cleanup(struct config *config, const char *value, struct problem *problem)
{
	(void)value;
	return config_set_action(config, CONFIG_CLEANUP, problem);
}

int config_set_help(struct config *config, const char *value, struct problem *problem)
{
	(void)value;
	(void)problem;
	config->action = CONFIG_HELP;
	return 0;
}

int config_set_version(struct config *config, const char *value, struct problem *problem)
{
	(void)value;
	(void)problem;
	config->action = CONFIG_VERSION;
	return 0;
}
