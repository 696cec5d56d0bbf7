/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ports dnsmasq serves on: whether they are free, and whether it serves. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>

#include "subnet.h"
#include "ula.h"

enum { DNSMASQ_PORT_DNS = 53 };

/*
 * Before dnsmasq is started, and before the gateway has its addresses: whether it could serve DNS
 * at these (prefix6: NULL without IPv6), or DHCP. 0, or -errno: -EADDRINUSE if another program has
 * the port there, or on every address, and does not share it.
 */
int dnsmasq_check_dns(const struct subnet *subnet, const struct in6_addr *prefix6);
int dnsmasq_check_dhcp(bool ipv6);

/* Whether it serves DNS: a socket is bound to the gateway's address and that port. */
bool dnsmasq_listens(const struct subnet *subnet);

/* How many bytes in that socket it has not read yet. */
unsigned dnsmasq_unread(const struct subnet *subnet);

/* How many sockets serve DHCP on this host: one more while dnsmasq does. */
unsigned dnsmasq_count_dhcp(void);
