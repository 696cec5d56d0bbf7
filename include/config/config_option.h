/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options, one row each. The rows say what the command line and a file accept, which options
 * fit which network, and what a reload does. tests/tree/20-options.sh compares them with --help and
 * the manual pages.
 *
 * A new option needs an id here, a row in config_option.c, and a function in config_set.c that
 * applies it.
 */
#pragma once

#include <stddef.h>

#include "config_mode.h"
#include "problem.h"

struct config;

/* In the order in which changes are reported. */
enum config_option_id {
	CONFIG_OPTION_ALLOW_LINK_LOCAL,
	CONFIG_OPTION_CHECK,
	CONFIG_OPTION_CLEANUP,
	CONFIG_OPTION_CONFIG,
	CONFIG_OPTION_CONTROL_GROUP,
	CONFIG_OPTION_DHCP_HOST,
	CONFIG_OPTION_DHCP_LEASE_TIME,
	CONFIG_OPTION_DNS,
	CONFIG_OPTION_DNS_SEARCH,
	CONFIG_OPTION_DOMAIN,
	CONFIG_OPTION_ENDPOINT,
	CONFIG_OPTION_FIREWALL,
	CONFIG_OPTION_GUEST_CONNECTIONS,
	CONFIG_OPTION_HELP,
	CONFIG_OPTION_HOSTFWD,
	CONFIG_OPTION_HOSTFWD_ALLOW,
	CONFIG_OPTION_IPV6,
	CONFIG_OPTION_ISOLATED,
	CONFIG_OPTION_LEASES_PER_PORT,
	CONFIG_OPTION_LOG_LEVEL,
	CONFIG_OPTION_MTU,
	CONFIG_OPTION_NAME,
	CONFIG_OPTION_NAT_PORTS,
	CONFIG_OPTION_PIDFILE,
	CONFIG_OPTION_SOCKET_GROUP,
	CONFIG_OPTION_UPLINK,
	CONFIG_OPTION_USER,
	CONFIG_OPTION_VDE_GROUP,
	CONFIG_OPTION_VERSION,
	CONFIG_OPTION_VMNET_DHCP_END,
	CONFIG_OPTION_VMNET_DISABLE_DHCP,
	CONFIG_OPTION_VMNET_DISABLE_DNS,
	CONFIG_OPTION_VMNET_DISABLE_RA,
	CONFIG_OPTION_VMNET_GATEWAY,
	CONFIG_OPTION_VMNET_INTERFACE,
	CONFIG_OPTION_VMNET_INTERFACE_ID,
	CONFIG_OPTION_VMNET_MASK,
	CONFIG_OPTION_VMNET_MODE,
	CONFIG_OPTION_VMNET_NAT66_PREFIX,
	CONFIG_OPTION_VMNET_NETWORK_IDENTIFIER,
	CONFIG_OPTIONS, /* the number of options */
};

/* Where an option is refused; bits. 0: accepted everywhere. */
enum config_limit {
	CONFIG_LIMIT_COMMAND_LINE = 1 << 0, /* in a file */
	CONFIG_LIMIT_MODE = 1 << 1,	    /* in every mode but its own */
	CONFIG_LIMIT_SERVED = 1 << 2,	    /* where guests are not served, see config_serves() */
	CONFIG_LIMIT_DHCP = 1 << 3,	    /* with --vmnet-disable-dhcp */
	CONFIG_LIMIT_GATEWAY = 1 << 4,	    /* without --vmnet-gateway */
};

/* What a reload does with a new value. */
enum config_reload {
	CONFIG_RELOAD_NEVER,	/* log that it needs a restart */
	CONFIG_RELOAD_DNSMASQ,	/* restart dnsmasq, which no guest notices */
	CONFIG_RELOAD_FORWARDS, /* add new ones, remove old ones */
	CONFIG_RELOAD_LEVEL,	/* tell each process the new log level */
};

struct config_option {
	const char *name; /* without dashes */
	char letter;	  /* '\0': none */
	/* Its value's name in --help and the manual pages; NULL: it takes none. */
	const char *argument;
	unsigned limits; /* of enum config_limit */
	/* With CONFIG_LIMIT_MODE: its mode, and why not in the others; NULL: no reason given. */
	enum config_mode mode;
	const char *elsewhere[CONFIG_MODES];
	enum config_reload reload;
	/* value is NULL if it takes none. 0, or -1 with *problem, without name and place. */
	int (*apply)(struct config *config, const char *value, struct problem *problem);
};

/* The rows, by id. */
extern const struct config_option config_options[CONFIG_OPTIONS];

/* The option whose name, without dashes, is the first length bytes of text; or NULL. */
const struct config_option *config_option_find(const char *text, size_t length);

/* The option with that letter, or NULL. */
const struct config_option *config_option_find_letter(char letter);

/*
 * Applies the option to config, and notes that it was given. value: NULL if there was none. 0, or
 * -1 with *problem (STATUS_USAGE): the reason, without name and place.
 */
int config_option_apply(const struct config_option *option, struct config *config,
			const char *value, struct problem *problem);
