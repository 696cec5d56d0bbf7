// SPDX-License-Identifier: GPL-2.0-or-later
#include "config_option.h"

#include <string.h>

#include "config.h"
#include "config_set.h"

const struct config_option config_options[CONFIG_OPTIONS] = {
	[CONFIG_OPTION_ALLOW_LINK_LOCAL] = {.name = "allow-link-local",
					    .limits = CONFIG_LIMIT_MODE,
					    .mode = CONFIG_SHARED,
					    .elsewhere = {[CONFIG_HOST] = "guests have no way out",
							  [CONFIG_BRIDGED] =
								  "guests are on the LAN"},
					    .apply = config_set_allow_link_local},
	[CONFIG_OPTION_CHECK] = {.name = "check",
				 .limits = CONFIG_LIMIT_COMMAND_LINE,
				 .apply = config_set_check},
	[CONFIG_OPTION_CLEANUP] = {.name = "cleanup",
				   .limits = CONFIG_LIMIT_COMMAND_LINE,
				   .apply = config_set_cleanup},
	[CONFIG_OPTION_CONFIG] = {.name = "config",
				  .argument = "FILE",
				  .limits = CONFIG_LIMIT_COMMAND_LINE,
				  .apply = config_set_file},
	[CONFIG_OPTION_CONTROL_GROUP] = {.name = "control-group",
					 .argument = "GROUP",
					 .apply = config_set_control_group},
	[CONFIG_OPTION_DHCP_HOST] = {.name = "dhcp-host",
				     .argument = "MAC,IP[,NAME]",
				     .limits = CONFIG_LIMIT_SERVED | CONFIG_LIMIT_DHCP |
					       CONFIG_LIMIT_GATEWAY,
				     .reload = CONFIG_RELOAD_DNSMASQ,
				     .apply = config_set_dhcp_host},
	[CONFIG_OPTION_DHCP_LEASE_TIME] = {.name = "dhcp-lease-time",
					   .argument = "TIME",
					   .limits = CONFIG_LIMIT_SERVED | CONFIG_LIMIT_DHCP,
					   .reload = CONFIG_RELOAD_DNSMASQ,
					   .apply = config_set_dhcp_lease_time},
	[CONFIG_OPTION_DNS] = {.name = "dns",
			       .argument = "IP[,IP]...",
			       .limits = CONFIG_LIMIT_SERVED | CONFIG_LIMIT_DHCP,
			       .reload = CONFIG_RELOAD_DNSMASQ,
			       .apply = config_set_dns},
	[CONFIG_OPTION_DNS_SEARCH] = {.name = "dns-search",
				      .argument = "NAME[,NAME]...",
				      .limits = CONFIG_LIMIT_SERVED | CONFIG_LIMIT_DHCP,
				      .reload = CONFIG_RELOAD_DNSMASQ,
				      .apply = config_set_dns_search},
	[CONFIG_OPTION_DOMAIN] = {.name = "domain",
				  .argument = "NAME",
				  .limits = CONFIG_LIMIT_SERVED,
				  .reload = CONFIG_RELOAD_DNSMASQ,
				  .apply = config_set_domain},
	[CONFIG_OPTION_ENDPOINT] = {.name = "endpoint",
				    .argument = "ENDPOINT",
				    .apply = config_set_endpoint},
	[CONFIG_OPTION_FIREWALL] = {.name = "firewall",
				    .argument = "(auto|own|print)",
				    .limits = CONFIG_LIMIT_SERVED,
				    .apply = config_set_firewall},
	[CONFIG_OPTION_GUEST_CONNECTIONS] = {.name = "guest-connections",
					     .argument = "NUMBER",
					     .limits = CONFIG_LIMIT_SERVED,
					     .apply = config_set_guest_connections},
	[CONFIG_OPTION_HELP] = {.name = "help",
				.letter = 'h',
				.limits = CONFIG_LIMIT_COMMAND_LINE,
				.apply = config_set_help},
	[CONFIG_OPTION_HOSTFWD] =
		{.name = "hostfwd",
		 .argument = "FORWARD",
		 .limits = CONFIG_LIMIT_MODE,
		 .mode = CONFIG_SHARED,
		 .elsewhere = {[CONFIG_HOST] = "only the host reaches guests",
			       [CONFIG_BRIDGED] =
				       "guests have LAN addresses and can be reached there"},
		 .reload = CONFIG_RELOAD_FORWARDS,
		 .apply = config_set_hostfwd},
	[CONFIG_OPTION_HOSTFWD_ALLOW] = {.name = "hostfwd-allow",
					 .argument = "[HOSTADDR:]PORT[-END][,WHO]",
					 .limits = CONFIG_LIMIT_MODE,
					 .mode = CONFIG_SHARED,
					 .elsewhere = {[CONFIG_HOST] = "nothing is forwarded",
						       [CONFIG_BRIDGED] = "nothing is forwarded"},
					 .reload = CONFIG_RELOAD_FORWARDS,
					 .apply = config_set_hostfwd_allow},
	[CONFIG_OPTION_IPV6] = {.name = "ipv6",
				.argument = "(auto|off)",
				.limits = CONFIG_LIMIT_SERVED,
				.apply = config_set_ipv6},
	[CONFIG_OPTION_ISOLATED] = {.name = "isolated", .apply = config_set_isolated},
	[CONFIG_OPTION_LEASES_PER_PORT] = {.name = "leases-per-port",
					   .argument = "NUMBER",
					   .limits = CONFIG_LIMIT_SERVED | CONFIG_LIMIT_DHCP,
					   .apply = config_set_leases_per_port},
	[CONFIG_OPTION_LOG_LEVEL] = {.name = "log-level",
				     .argument = "LEVEL",
				     .reload = CONFIG_RELOAD_LEVEL,
				     .apply = config_set_log_level},
	[CONFIG_OPTION_MTU] = {.name = "mtu", .argument = "BYTES", .apply = config_set_mtu},
	[CONFIG_OPTION_NAME] = {.name = "name", .argument = "NAME", .apply = config_set_name},
	[CONFIG_OPTION_NAT_PORTS] =
		{.name = "nat-ports",
		 .argument = "LOW-HIGH",
		 .limits = CONFIG_LIMIT_MODE,
		 .mode = CONFIG_SHARED,
		 .elsewhere = {[CONFIG_HOST] = "guests have no way out",
			       [CONFIG_BRIDGED] = "guests use the ports of their own addresses"},
		 .apply = config_set_nat_ports},
	[CONFIG_OPTION_PIDFILE] = {.name = "pidfile",
				   .letter = 'p',
				   .argument = "FILE",
				   .apply = config_set_pidfile},
	[CONFIG_OPTION_SOCKET_GROUP] = {.name = "socket-group",
					.argument = "GROUP",
					.apply = config_set_group},
	[CONFIG_OPTION_UPLINK] = {.name = "uplink",
				  .argument = "DEVICE",
				  .limits = CONFIG_LIMIT_MODE,
				  .mode = CONFIG_SHARED,
				  .elsewhere = {[CONFIG_HOST] = "nothing is forwarded",
						[CONFIG_BRIDGED] = "nothing is forwarded"},
				  .apply = config_set_uplink},
	[CONFIG_OPTION_USER] = {.name = "user",
				.argument = "USER[:GROUP]",
				.apply = config_set_user},
	[CONFIG_OPTION_VDE_GROUP] = {.name = "vde-group",
				     .argument = "GROUP",
				     .apply = config_set_group},
	[CONFIG_OPTION_VERSION] = {.name = "version",
				   .letter = 'v',
				   .limits = CONFIG_LIMIT_COMMAND_LINE,
				   .apply = config_set_version},
	[CONFIG_OPTION_VMNET_DHCP_END] = {.name = "vmnet-dhcp-end",
					  .argument = "IP",
					  .limits = CONFIG_LIMIT_SERVED | CONFIG_LIMIT_GATEWAY,
					  .apply = config_set_dhcp_end},
	[CONFIG_OPTION_VMNET_DISABLE_DHCP] = {.name = "vmnet-disable-dhcp",
					      .apply = config_set_disable_dhcp},
	[CONFIG_OPTION_VMNET_DISABLE_DNS] = {.name = "vmnet-disable-dns",
					     .apply = config_set_disable_dns},
	[CONFIG_OPTION_VMNET_DISABLE_RA] = {.name = "vmnet-disable-ra",
					    .apply = config_set_disable_ra},
	[CONFIG_OPTION_VMNET_GATEWAY] = {.name = "vmnet-gateway",
					 .argument = "IP",
					 .limits = CONFIG_LIMIT_SERVED,
					 .apply = config_set_gateway},
	[CONFIG_OPTION_VMNET_INTERFACE] = {.name = "vmnet-interface",
					   .argument = "DEVICE",
					   .limits = CONFIG_LIMIT_MODE,
					   .mode = CONFIG_BRIDGED,
					   .elsewhere = {[CONFIG_SHARED] =
								 "guests use the host's routes",
							 [CONFIG_HOST] = "guests have no way out"},
					   .apply = config_set_interface},
	[CONFIG_OPTION_VMNET_INTERFACE_ID] = {.name = "vmnet-interface-id",
					      .argument = "UUID",
					      .apply = config_set_interface_id},
	[CONFIG_OPTION_VMNET_MASK] = {.name = "vmnet-mask",
				      .argument = "MASK",
				      .limits = CONFIG_LIMIT_SERVED | CONFIG_LIMIT_GATEWAY,
				      .apply = config_set_mask},
	[CONFIG_OPTION_VMNET_MODE] = {.name = "vmnet-mode",
				      .argument = "MODE",
				      .apply = config_set_mode},
	[CONFIG_OPTION_VMNET_NAT66_PREFIX] = {.name = "vmnet-nat66-prefix",
					      .argument = "PREFIX",
					      .limits = CONFIG_LIMIT_SERVED,
					      .apply = config_set_prefix6},
	[CONFIG_OPTION_VMNET_NETWORK_IDENTIFIER] = {.name = "vmnet-network-identifier",
						    .argument = "UUID",
						    .limits = CONFIG_LIMIT_MODE,
						    .mode = CONFIG_HOST,
						    .apply = config_set_network_id},
};

const struct config_option *config_option_find(const char *text, size_t length)
{
	for (unsigned i = 0; i < CONFIG_OPTIONS; i++) {
		const char *name = config_options[i].name;

		if (strlen(name) == length && memcmp(name, text, length) == 0)
			return &config_options[i];
	}
	return NULL;
}

const struct config_option *config_option_find_letter(char letter)
{
	for (unsigned i = 0; i < CONFIG_OPTIONS && letter != '\0'; i++) {
		if (config_options[i].letter == letter)
			return &config_options[i];
	}
	return NULL;
}

int config_option_apply(const struct config_option *option, struct config *config,
			const char *value, struct problem *problem)
{
	if (option->argument && !value)
		return problem_set(problem, STATUS_USAGE, "needs a value");
	if (!option->argument && value)
		return problem_set(problem, STATUS_USAGE,
				   "takes no value: write only the name, or leave it out");
	config_given_note(&config->given, (enum config_option_id)(option - config_options),
			  value ? value : "");
	return option->apply(config, value, problem);
}
