/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that apply options, for the rows in config_option.c. Each checks the form of its value,
 * which is NULL if the option takes none, and sets a field of config, or adds to a list. 0, or -1
 * with *problem (STATUS_USAGE), without the option's name.
 */
#pragma once

#include "problem.h"

struct config;

int config_set_file(struct config *config, const char *value, struct problem *problem);
int config_set_pidfile(struct config *config, const char *value, struct problem *problem);
int config_set_name(struct config *config, const char *value, struct problem *problem);
int config_set_user(struct config *config, const char *value, struct problem *problem);
int config_set_group(struct config *config, const char *value, struct problem *problem);
int config_set_control_group(struct config *config, const char *value, struct problem *problem);
int config_set_mode(struct config *config, const char *value, struct problem *problem);
int config_set_interface(struct config *config, const char *value, struct problem *problem);
int config_set_network_id(struct config *config, const char *value, struct problem *problem);
int config_set_interface_id(struct config *config, const char *value, struct problem *problem);
int config_set_gateway(struct config *config, const char *value, struct problem *problem);
int config_set_dhcp_end(struct config *config, const char *value, struct problem *problem);
int config_set_mask(struct config *config, const char *value, struct problem *problem);
int config_set_ipv6(struct config *config, const char *value, struct problem *problem);
int config_set_prefix6(struct config *config, const char *value, struct problem *problem);
int config_set_disable_dhcp(struct config *config, const char *value, struct problem *problem);
int config_set_disable_dns(struct config *config, const char *value, struct problem *problem);
int config_set_disable_ra(struct config *config, const char *value, struct problem *problem);
int config_set_isolated(struct config *config, const char *value, struct problem *problem);
int config_set_mtu(struct config *config, const char *value, struct problem *problem);
int config_set_nat_ports(struct config *config, const char *value, struct problem *problem);
int config_set_firewall(struct config *config, const char *value, struct problem *problem);
int config_set_log_level(struct config *config, const char *value, struct problem *problem);
int config_set_endpoint(struct config *config, const char *value, struct problem *problem);
int config_set_uplink(struct config *config, const char *value, struct problem *problem);
int config_set_dhcp_host(struct config *config, const char *value, struct problem *problem);
int config_set_leases_per_port(struct config *config, const char *value, struct problem *problem);
int config_set_dhcp_lease_time(struct config *config, const char *value, struct problem *problem);
int config_set_dns(struct config *config, const char *value, struct problem *problem);
int config_set_dns_search(struct config *config, const char *value, struct problem *problem);
int config_set_domain(struct config *config, const char *value, struct problem *problem);
int config_set_allow_link_local(struct config *config, const char *value, struct problem *problem);
int config_set_check(struct config *config, const char *value, struct problem *problem);
int config_set_cleanup(struct config *config, const char *value, struct problem *problem);
int config_set_guest_connections(struct config *config, const char *value, struct problem *problem);
int config_set_help(struct config *config, const char *value, struct problem *problem);
int config_set_hostfwd(struct config *config, const char *value, struct problem *problem);
int config_set_hostfwd_allow(struct config *config, const char *value, struct problem *problem);
int config_set_version(struct config *config, const char *value, struct problem *problem);
