/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lease file of dnsmasq. Before it starts, what no longer fits the network
 * is taken out. dnsmasq would not start where there are more leases than
 * addresses, and would not take an address from who has it, reserved or not.
 * And the name by which guests know the server in DHCPv6 is put in. While it runs, who has leased
 * what is read from it.
 */
#pragma once

#include <stdbool.h>

#include "dhcp.h"
#include "mac.h"
#include "subnet.h"

/*
 * Whether a line of the file may stay: an address of the range that nobody else
 * has reserved, or a guest's own reservation; and all that is not of IPv4. But none
 * with a name that guests may not give themselves, or of IPv4 with another's reserved
 * name (of IPv6 no line says whose it is). Pure.
 */
bool leases_fit(const char *line, const struct subnet *subnet, const struct dhcp *dhcp);

/*
 * Takes out the others, and what a crash tore: lines with a zero byte. How many they were, or
 * -errno.
 */
int leases_prune(int fd, const struct subnet *subnet, const struct dhcp *dhcp);

/* Calls each() for what the file says of leases in IPv4, in its order. 0, or -errno. */
int leases_each(int fd, void (*each)(void *context, const uint8_t mac[MAC_SIZE], uint32_t address),
		void *context);

/*
 * Unless the file has a DUID of the server already, gives it one made from the device's
 * MAC address. Without one, dnsmasq takes the address of whatever interface the kernel
 * lists first, and the time: another server to guests each time that the file is lost.
 * 0, or -errno.
 */
int leases_name_server(int fd, const uint8_t mac[MAC_SIZE]);
