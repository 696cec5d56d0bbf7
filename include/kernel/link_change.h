/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes of the host's devices and their addresses. IPv4 addresses are in host byte order. */
#pragma once

#include <netinet/in.h>
#include <stdint.h>

#include "link.h"
#include "mac.h"

/* Sets MAC, MTU (bytes) and alias (for people who list devices). 0, or -errno. */
int link_configure(struct link *link, const char *device, const uint8_t mac[MAC_SIZE], unsigned mtu,
		   const char *alias);

/*
 * Adds an address, or sets the device up. IPv6 addresses are there at once,
 * without a question whether another has them. 0, or -errno.
 */
int link_add_address(struct link *link, const char *device, uint32_t address, unsigned prefix);
int link_add_address6(struct link *link, const char *device, const struct in6_addr *address,
		      unsigned prefix);
int link_up(struct link *link, const char *device);

/* A bridge with that MAC, down, that only forwards: no STP, no snooping. 0, or -errno. */
int link_add_bridge(struct link *link, const char *device, const uint8_t mac[MAC_SIZE]);

/* Makes the device a port of the bridge. 0, or -errno. */
int link_enslave(struct link *link, const char *device, const char *bridge);

/*
 * Has a port of a bridge pass on what bridges keep to themselves, as a VDE switch passes it:
 * LLDP, 802.1X, LACP. 0, or -errno.
 */
int link_pass_all(struct link *link, const char *device);

/* Deletes a device by name or by index. 0, or -errno: -ENODEV where there is none. */
int link_delete(struct link *link, const char *device);
int link_delete_index(struct link *link, int index);
