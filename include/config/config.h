/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user asked for: the command line and a configuration file, with form and consistency
 * checked, but not against the host (plan.h does that).
 */
#pragma once

#include <limits.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "config_given.h"
#include "config_mode.h"
#include "config_option.h"
#include "dhcp.h"
#include "endpoint.h"
#include "hostfwd.h"
#include "hostfwd_allow.h"
#include "hostfwd_check.h"
#include "log.h"
#include "parse.h"
#include "problem.h"
#include "subnet.h"
#include "ula.h"

enum {
	CONFIG_NAME_MAX = 32,	  /* characters */
	CONFIG_USER_MAX = 65,	  /* USER:GROUP, both as long as useradd(8) allows */
	CONFIG_PIDFILE_MAX = 480, /* bytes of its path: fits into a record of the undo log */
	CONFIG_UPLINKS_MAX = 16,
	CONFIG_NAT_PORTS_MIN = 64,  /* fewer are not enough for any guest */
	CONFIG_NAT_PORT_MIN = 1024, /* lower ports are privileged */
	CONFIG_GUEST_CONNECTIONS_DEFAULT = 8000,
	CONFIG_GUEST_CONNECTIONS_MIN = 256, /* less breaks even a single browser */
	CONFIG_GUEST_CONNECTIONS_MAX = 1000000,
};

enum config_action {
	CONFIG_RUN,
	CONFIG_CHECK,
	CONFIG_CLEANUP,
	CONFIG_INTERFACES, /* list those for mode bridged */
	CONFIG_HELP,
	CONFIG_VERSION,
};

/* What to do if another firewall would drop guests' traffic. */
enum config_firewall { CONFIG_FIREWALL_AUTO, CONFIG_FIREWALL_OWN, CONFIG_FIREWALL_PRINT };

struct config {
	int argc; /* the source; kept by reference */
	char *const *argv;
	const char *debug;
	struct config_given given;
	enum config_action action;
	enum config_mode mode;
	enum log_level log_level;
	char directory[PATH_MAX]; /* base of relative paths, absolute */
	char file[PATH_MAX];	  /* --config, or "" */
	char name[CONFIG_NAME_MAX + 1];
	char user[CONFIG_USER_MAX + 1];		 /* --user, or "" */
	char group[CONFIG_USER_MAX + 1];	 /* --vde-group, or "" */
	char control_group[CONFIG_USER_MAX + 1]; /* --control-group, or "" */
	char pidfile[PATH_MAX];			 /* absolute, or "" */
	char interface[IF_NAMESIZE];		 /* --vmnet-interface, or "" */
	bool has_network_id;
	uint8_t network_id[UUID_SIZE]; /* --vmnet-network-identifier */
	bool has_gateway;
	bool has_mask;
	bool disable_dhcp; /* and router advertisements */
	bool disable_dns;
	bool disable_ra; /* router advertisements only */
	bool isolated;	 /* guests cannot reach each other */
	bool has_interface_id;
	bool ipv6_off;
	bool has_prefix6;
	struct in6_addr prefix6; /* --vmnet-nat66-prefix */
	uint8_t interface_id[UUID_SIZE];
	uint32_t gateway;  /* host byte order; as dhcp_end */
	uint32_t dhcp_end; /* 0: the last address of the subnet */
	unsigned prefix;   /* bits; 24 unless --vmnet-mask */
	bool has_nat_ports;
	uint16_t nat_port_low; /* --nat-ports, both inclusive */
	uint16_t nat_port_high;
	bool allow_link_local;	    /* guests may reach clouds' credential servers */
	unsigned guest_connections; /* guaranteed minimum of open connections per guest */
	bool has_mtu;
	unsigned mtu; /* bytes of payload */
	struct dhcp dhcp;
	enum config_firewall firewall;
	unsigned n_uplinks;
	char uplinks[CONFIG_UPLINKS_MAX][IF_NAMESIZE]; /* --uplink; none: plan.h chooses */
	unsigned n_hostfwds;
	struct hostfwd hostfwds[HOSTFWD_MAX];
	bool has_hostfwd_allows; /* the user gave some */
	struct hostfwd_allows hostfwd_allows;
	unsigned n_endpoints;
	struct endpoint endpoints[ENDPOINTS_MAX];
};

/*
 * Whether the host has an address in the network and serves guests there, by DHCP and DNS. If not,
 * options about these are refused.
 */
bool config_serves(const struct config *config);

/* The text of --help. */
extern const char config_help[];
