/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lease file of dnsmasq, before it starts: what no longer fits the network
 * is taken out. dnsmasq would not start where there are more leases than
 * addresses, and would not take an address from who has it, reserved or not.
 * And the name by which guests know the server in DHCPv6 is put in.
 */
#pragma once

#include <stdbool.h>

#include "dhcp.h"
#include "mac.h"
#include "subnet.h"

/*
 * Whether a line of the file may stay: an address of the range that nobody else
 * has reserved, or a guest's own reservation; and all that is not of IPv4. But none
 * with a name that guests may not give themselves. Pure.
 */
bool leases_fit(const char *line, const struct subnet *subnet, const struct dhcp *dhcp);

/* Takes out the others. How many they were, or -errno. */
int leases_prune(int fd, const struct subnet *subnet, const struct dhcp *dhcp);

/*
 * Unless the file has a DUID of the server already, gives it one made from the device's
 * MAC address. Without one, dnsmasq takes the address of whatever interface the kernel
 * lists first, and the time: another server to guests each time that the file is lost.
 * 0, or -errno.
 */
int leases_name_server(int fd, const uint8_t mac[MAC_SIZE]);
