/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ports that dnsmasq serves with: whether it could, and whether it does. */
#pragma once

#include <stdbool.h>

#include "subnet.h"

/*
 * Before it is started, and before the gateway's address is there: whether it could
 * serve DNS at that, or DHCP. 0, or -errno: -EADDRINUSE where another program has the
 * port on every address, and does not share it.
 */
int dnsmasq_check_dns(const struct subnet *subnet);
int dnsmasq_check_dhcp(bool ipv6);

/* Whether it is there: a socket is bound to the gateway's address and that port. */
bool dnsmasq_listens(const struct subnet *subnet);
