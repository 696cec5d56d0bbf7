/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lease file of dnsmasq, before it starts: what no longer fits the network
 * is taken out. dnsmasq would not start where there are more leases than
 * addresses, and would not take an address from who has it, reserved or not.
 */
#pragma once

#include <stdbool.h>

#include "dhcp.h"
#include "subnet.h"

/*
 * Whether a line of the file may stay: an address of the range that nobody else
 * has reserved, or a guest's own reservation; and all that is not of IPv4. Pure.
 */
bool leases_fit(const char *line, const struct subnet *subnet, const struct dhcp *dhcp);

/* Takes out the others. How many they were, or -errno. */
int leases_prune(int fd, const struct subnet *subnet, const struct dhcp *dhcp);
