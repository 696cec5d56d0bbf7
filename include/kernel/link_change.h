/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes to the host's devices and their addresses. IPv4 addresses are in host byte order. */
#pragma once

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "link.h"
#include "mac.h"

/* Sets MAC, MTU (bytes) and alias (for people who list devices). 0, or -errno. */
int link_configure(struct link *link, const char *device, const uint8_t mac[MAC_SIZE], unsigned mtu,
		   const char *alias);

/*
 * Adds an address, or sets the device up or down. IPv6 addresses are usable at once, without
 * duplicate address detection. 0, or -errno.
 */
int link_add_address(struct link *link, const char *device, uint32_t address, unsigned prefix);
int link_add_address6(struct link *link, const char *device, const struct in6_addr *address,
		      unsigned prefix);
int link_up(struct link *link, const char *device);
int link_down(struct link *link, int index);

/*
 * Makes a bridge with that MAC, down, that only forwards: no STP, no delay, and no snooping, which
 * loses groups without a querier. 0, or -errno.
 */
int link_add_bridge(struct link *link, const char *device, const uint8_t mac[MAC_SIZE]);

/*
 * Adds the route that the kernel makes for an address: to its network by the device. 0, or -errno.
 */
int link_add_route(struct link *link, int index, int family, const void *address, unsigned prefix);

/*
 * Removes the address from the device, with all its prefixes, as of link_refresh(). 0, or -errno.
 */
int link_drop_address(struct link *link, int index, const void *address, size_t size);

/*
 * Sets one property of a device, by index, that link_configure() or the kernel had set. 0, or
 * -errno.
 */
int link_rename(struct link *link, int index, const char *name);
int link_set_mac(struct link *link, int index, const uint8_t mac[MAC_SIZE]);
int link_set_alias(struct link *link, int index, const char *alias);
int link_set_mtu(struct link *link, int index, unsigned mtu);
int link_set_carrier(struct link *link, int index);
int link_set_master(struct link *link, int index, int master); /* 0: none */

/* Makes the device a port of the bridge. 0, or -errno. */
int link_enslave(struct link *link, const char *device, const char *bridge);

/*
 * Makes a port of a bridge pass what bridges keep to themselves, like a VDE switch does: LLDP,
 * 802.1X, LACP. 0, or -errno.
 */
int link_pass_all(struct link *link, const char *device);

/*
 * Makes the bridge shut down a port that sends spanning tree frames (BPDU guard), until it is
 * removed and added again. 0, or -errno.
 */
int link_guard_port(struct link *link, const char *device);

/*
 * link_forbid_learning(): makes a port of a bridge learn no addresses, so that nobody there can
 * fill the bridge's table or move its entries. link_isolate_port(): makes it pass no frames to
 * other isolated ports.
 */
int link_forbid_learning(struct link *link, const char *device);
int link_isolate_port(struct link *link, const char *device);

/*
 * For a port that leads to one guest: learns nothing, and passes only frames from addresses that we
 * enter in the bridge's table. Frames for unknown addresses are not sent there, and a spanning tree
 * frame from there shuts it down. 0, or -errno. A kernel that cannot lock a port returns no error:
 * check with link_describe_tun().
 */
int link_guard_guest(struct link *link, const char *device);

/* Deletes a device by name or by index. 0, or -errno: -ENODEV if there is none. */
int link_delete(struct link *link, const char *device);
int link_delete_index(struct link *link, int index);
