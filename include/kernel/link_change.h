/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes of the host's devices and their addresses. IPv4 addresses are in host byte order. */
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
 * Adds an address, or sets the device up. IPv6 addresses are there at once,
 * without a question whether another has them. 0, or -errno.
 */
int link_add_address(struct link *link, const char *device, uint32_t address, unsigned prefix);
int link_add_address6(struct link *link, const char *device, const struct in6_addr *address,
		      unsigned prefix);
int link_up(struct link *link, const char *device);
int link_down(struct link *link, int index);

/*
 * A bridge with that MAC, down, that only forwards: no STP, no delay, no snooping, which without a
 * querier would lose groups. 0, or -errno.
 */
int link_add_bridge(struct link *link, const char *device, const uint8_t mac[MAC_SIZE]);

/* Adds the route that the kernel makes with an address: to the network of that address by the
 * device. 0, or -errno. */
int link_add_route(struct link *link, int index, int family, const void *address, unsigned prefix);

/* Takes the address off the device, with whatever prefixes, as of link_refresh(). 0, or -errno. */
int link_drop_address(struct link *link, int index, const void *address, size_t size);

/* One thing of a device, by its index, that link_configure() and the kernel had set. 0, or -errno.
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
 * Has a port of a bridge pass on what bridges keep to themselves, as a VDE switch passes it:
 * LLDP, 802.1X, LACP. 0, or -errno.
 */
int link_pass_all(struct link *link, const char *device);

/*
 * Has the bridge close a port that says it is a bridge (BPDU guard), until it is taken out and put
 * back. 0, or -errno.
 */
int link_guard_port(struct link *link, const char *device);

/*
 * Has a port of a bridge learn no addresses: whoever sends there can then neither fill the bridge's
 * table nor move an entry of it; and pass no frame to another port that is isolated. 0, or -errno.
 */
int link_forbid_learning(struct link *link, const char *device);
int link_isolate_port(struct link *link, const char *device);

/*
 * The same of learning, for a port that leads to one guest: in the bridge's table it has what we
 * enter there. What comes from other addresses does not pass, what is for an unknown one does not
 * go there, and a bridge behind it closes it. 0, or -errno. A kernel that cannot lock a port says
 * nothing: link_describe_tun() tells.
 */
int link_guard_guest(struct link *link, const char *device);

/* Deletes a device by name or by index. 0, or -errno: -ENODEV where there is none. */
int link_delete(struct link *link, const char *device);
int link_delete_index(struct link *link, int index);
