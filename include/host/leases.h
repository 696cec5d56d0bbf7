/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dnsmasq's lease file. Before dnsmasq starts, leases that no longer fit the network are removed:
 * it would not start if there were more leases than addresses, and would not take an address from
 * whoever has it, reserved or not. The DUID by which guests know the DHCPv6 server is added. While
 * dnsmasq runs, we read from the file who has leased what.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "dhcp.h"
#include "mac.h"
#include "subnet.h"

enum { LEASES_FILE_MAX = 64 << 20 }; /* bytes; 65536 leases with long names are 20 MiB */

/*
 * Whether a line of the file may stay. In IPv4, the address must be in the range and not reserved
 * for another guest, or be the guest's own reservation; all other lines stay. But no line may have
 * a name that is closed to guests, nor, in IPv4, a name reserved for another guest (in IPv6, a line
 * does not say whose it is). Pure.
 */
bool leases_fit(const char *line, const struct subnet *subnet, const struct dhcp *dhcp);

/*
 * Removes the other lines, and those that a crash tore (with a zero byte). Returns how many, or
 * -errno.
 */
int leases_prune(int fd, const struct subnet *subnet, const struct dhcp *dhcp);

/*
 * Opens the file for reading while dnsmasq runs, which may be taken over and then put anything in
 * its place: never waits for anybody. The descriptor, or -errno: -EINVAL if it is no regular file,
 * -EFBIG if it has more than most bytes.
 */
int leases_open(const char *path, off_t most);

/* Calls each() for every IPv4 lease in the file, in order. 0, or -errno. */
int leases_each(int fd, void (*each)(void *context, const uint8_t mac[MAC_SIZE], uint32_t address),
		void *context);

/*
 * Gives the file a server DUID made from the device's MAC address, unless it has one. Otherwise
 * dnsmasq would make one from the time and the address of whichever interface the kernel lists
 * first: to guests, a different server each time the file is lost. 0, or -errno.
 */
int leases_name_server(int fd, const uint8_t mac[MAC_SIZE]);
