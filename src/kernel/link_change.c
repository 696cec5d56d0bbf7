// SPDX-License-Identifier: GPL-2.0-or-later
#include "link_change.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/route.h>
#include <string.h>

#include "link_tun.h"
#include "subnet.h"

/* Applies change to the device of that name and frees change. */
static int link_change(struct link *link, const char *device, struct rtnl_link *change)
{
	struct rtnl_link *original = rtnl_link_alloc();
	int ret = original ? 0 : -NLE_NOMEM;

	if (ret == 0) {
		rtnl_link_set_name(original, device);
		rtnl_link_set_ifindex(original, (int)if_nametoindex(device));
		ret = rtnl_link_change(link->requests, original, change, 0);
	}
	rtnl_link_put(original);
	rtnl_link_put(change);
	return link_error(ret);
}

int link_configure(struct link *link, const char *device, const uint8_t mac[MAC_SIZE], unsigned mtu,
		   const char *alias)
{
	struct nl_addr *address = nl_addr_build(AF_LLC, mac, MAC_SIZE);
	struct rtnl_link *change = rtnl_link_alloc();

	if (!address || !change) {
		nl_addr_put(address);
		rtnl_link_put(change);
		return -ENOMEM;
	}
	rtnl_link_set_addr(change, address);
	rtnl_link_set_mtu(change, mtu);
	rtnl_link_set_ifalias(change, alias);
	nl_addr_put(address);
	return link_change(link, device, change);
}

int link_up(struct link *link, const char *device)
{
	struct rtnl_link *change = rtnl_link_alloc();

	if (!change)
		return -ENOMEM;
	rtnl_link_set_flags(change, IFF_UP);
	return link_change(link, device, change);
}

int link_down(struct link *link, int index)
{
	struct nl_msg *message = nlmsg_alloc_simple(RTM_SETLINK, 0);
	struct ifinfomsg header = {
		.ifi_family = AF_UNSPEC, .ifi_index = index, .ifi_change = IFF_UP};

	if (!message)
		return -ENOMEM;
	nlmsg_append(message, &header, sizeof(header), NLMSG_ALIGNTO);
	return link_error(nl_send_sync(link->requests, message)); /* frees it */
}

/* Adds local/prefix to the device; broadcast may be NULL. Frees both. */
static int link_add(struct link *link, const char *device, struct nl_addr *local, unsigned prefix,
		    struct nl_addr *broadcast, unsigned flags)
{
	struct rtnl_addr *request = rtnl_addr_alloc();
	int ret = -NLE_NOMEM;

	if (local && request) {
		nl_addr_set_prefixlen(local, (int)prefix);
		rtnl_addr_set_ifindex(request, (int)if_nametoindex(device));
		rtnl_addr_set_flags(request, flags);
		ret = rtnl_addr_set_local(request, local);
		if (ret == 0 && broadcast)
			ret = rtnl_addr_set_broadcast(request, broadcast);
		if (ret == 0)
			ret = rtnl_addr_add(link->requests, request, 0);
	}
	rtnl_addr_put(request);
	nl_addr_put(broadcast);
	nl_addr_put(local);
	return link_error(ret);
}

int link_add_address(struct link *link, const char *device, uint32_t address, unsigned prefix)
{
	uint32_t local = htonl(address);
	uint32_t broadcast = htonl(subnet_broadcast(address, prefix));

	return link_add(link, device, nl_addr_build(AF_INET, &local, sizeof(local)), prefix,
			nl_addr_build(AF_INET, &broadcast, sizeof(broadcast)), 0);
}

int link_add_address6(struct link *link, const char *device, const struct in6_addr *address,
		      unsigned prefix)
{
	return link_add(link, device, nl_addr_build(AF_INET6, address, sizeof(*address)), prefix,
			NULL, IFA_F_NODAD);
}

/* Clears the host bits of an address. */
static void link_cut(struct nl_addr *address, unsigned prefix)
{
	uint8_t *bytes = nl_addr_get_binary_addr(address);

	for (unsigned bit = prefix; bit < 8 * nl_addr_get_len(address); bit++)
		bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
	nl_addr_set_prefixlen(address, (int)prefix);
}

/* In IPv6 each device has a route to fe80::/64; another one must not replace it. */
int link_add_route(struct link *link, int index, int family, const void *address, unsigned prefix)
{
	size_t size = family == AF_INET6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
	struct nl_addr *network = nl_addr_build(family, address, size);
	struct nl_addr *source = nl_addr_build(family, address, size);
	struct rtnl_route *route = rtnl_route_alloc();
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
	int ret = -NLE_NOMEM;

	if (network && source && route && hop) {
		link_cut(network, prefix);
		rtnl_route_set_dst(route, network);
		rtnl_route_set_table(route, RT_TABLE_MAIN);
		rtnl_route_set_protocol(route, RTPROT_KERNEL);
		rtnl_route_set_scope(route, family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE);
		if (family == AF_INET)
			rtnl_route_set_pref_src(route, source);
		else
			rtnl_route_set_priority(route, 256); /* IP6_RT_PRIO_ADDRCONF */
		rtnl_route_nh_set_ifindex(hop, index);
		rtnl_route_add_nexthop(route, hop);
		hop = NULL; /* belongs to the route now */
		ret = rtnl_route_add(link->requests, route,
				     family == AF_INET ? NLM_F_EXCL : NLM_F_APPEND);
	}
	if (hop)
		rtnl_route_nh_free(hop);
	rtnl_route_put(route);
	nl_addr_put(source);
	nl_addr_put(network);
	return link_error(ret);
}

int link_drop_address(struct link *link, int index, const void *address, size_t size)
{
	struct nl_object *object = nl_cache_get_first(link->addresses);
	int ret = 0;

	for (; object && ret == 0; object = nl_cache_get_next(object)) {
		struct rtnl_addr *there = (struct rtnl_addr *)object;
		const struct nl_addr *local = rtnl_addr_get_local(there);

		if (rtnl_addr_get_ifindex(there) == index && local &&
		    nl_addr_get_len(local) == size &&
		    memcmp(nl_addr_get_binary_addr(local), address, size) == 0)
			ret = rtnl_addr_delete(link->requests, there, 0);
	}
	return link_error(ret);
}

/* Sends an RTM_SETLINK with one attribute. 0, or -errno. */
static int link_set(struct link *link, int index, int attribute, const void *value, size_t size)
{
	struct nl_msg *message = nlmsg_alloc_simple(RTM_SETLINK, 0);
	struct ifinfomsg header = {.ifi_family = AF_UNSPEC, .ifi_index = index};

	if (!message)
		return -ENOMEM;
	nlmsg_append(message, &header, sizeof(header), NLMSG_ALIGNTO);
	nla_put(message, attribute, (int)size, value);
	return link_error(nl_send_sync(link->requests, message)); /* frees it */
}

int link_rename(struct link *link, int index, const char *name)
{
	return link_set(link, index, IFLA_IFNAME, name, strlen(name) + 1);
}

int link_set_mac(struct link *link, int index, const uint8_t mac[MAC_SIZE])
{
	return link_set(link, index, IFLA_ADDRESS, mac, MAC_SIZE);
}

int link_set_alias(struct link *link, int index, const char *alias)
{
	return link_set(link, index, IFLA_IFALIAS, alias, strlen(alias));
}

int link_set_mtu(struct link *link, int index, unsigned mtu)
{
	uint32_t value = mtu;

	return link_set(link, index, IFLA_MTU, &value, sizeof(value));
}

int link_set_carrier(struct link *link, int index)
{
	uint8_t value = 1;

	return link_set(link, index, IFLA_CARRIER, &value, sizeof(value));
}

int link_set_master(struct link *link, int index, int master)
{
	uint32_t value = (uint32_t)master;

	return link_set(link, index, IFLA_MASTER, &value, sizeof(value));
}

int link_add_bridge(struct link *link, const char *device, const uint8_t mac[MAC_SIZE])
{
	struct nl_msg *message = nlmsg_alloc_simple(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	struct ifinfomsg header = {.ifi_family = AF_UNSPEC};
	struct nlattr *info;
	struct nlattr *data;

	if (!message)
		return -ENOMEM;
	/* By hand: this libnl has no bridge attributes. A new message has room for these. */
	nlmsg_append(message, &header, sizeof(header), NLMSG_ALIGNTO);
	nla_put_string(message, IFLA_IFNAME, device);
	nla_put(message, IFLA_ADDRESS, MAC_SIZE, mac);
	info = nla_nest_start(message, IFLA_LINKINFO);
	nla_put_string(message, IFLA_INFO_KIND, "bridge");
	data = nla_nest_start(message, IFLA_INFO_DATA);
	nla_put_u32(message, IFLA_BR_FORWARD_DELAY, 0);
	nla_put_u32(message, IFLA_BR_STP_STATE, 0);
	nla_put_u8(message, IFLA_BR_MCAST_SNOOPING, 0);
	nla_nest_end(message, data);
	nla_nest_end(message, info);
	return link_error(nl_send_sync(link->requests, message)); /* frees it */
}

int link_enslave(struct link *link, const char *device, const char *bridge)
{
	return link_error(rtnl_link_enslave_ifindex(link->requests, (int)if_nametoindex(bridge),
						    (int)if_nametoindex(device)));
}

/* Sets an attribute (size bytes) of a device's bridge port. */
static int link_change_port(struct link *link, const char *device, int attribute, const void *value,
			    int size)
{
	struct nl_msg *message = nlmsg_alloc_simple(RTM_SETLINK, 0);
	struct ifinfomsg header = {.ifi_family = AF_BRIDGE,
				   .ifi_index = (int)if_nametoindex(device)};
	struct nlattr *port;

	if (!message)
		return -ENOMEM;
	nlmsg_append(message, &header, sizeof(header), NLMSG_ALIGNTO);
	port = nla_nest_start(message, IFLA_PROTINFO | NLA_F_NESTED);
	nla_put(message, attribute, size, value);
	nla_nest_end(message, port);
	return link_error(nl_send_sync(link->requests, message)); /* frees it */
}

int link_pass_all(struct link *link, const char *device)
{
	/* All of 01:80:C2:00:00:00 to 0F except 01, PAUSE, which the kernel never forwards. */
	const uint16_t all = 0xfffd;

	return link_change_port(link, device, IFLA_BRPORT_GROUP_FWD_MASK, &all, sizeof(all));
}

int link_guard_port(struct link *link, const char *device)
{
	const uint8_t on = 1;

	return link_change_port(link, device, IFLA_BRPORT_GUARD, &on, sizeof(on));
}

int link_forbid_learning(struct link *link, const char *device)
{
	const uint8_t off = 0;

	return link_change_port(link, device, IFLA_BRPORT_LEARNING, &off, sizeof(off));
}

int link_isolate_port(struct link *link, const char *device)
{
	const uint8_t on = 1;

	return link_change_port(link, device, IFLA_BRPORT_ISOLATED, &on, sizeof(on));
}

int link_guard_guest(struct link *link, const char *device)
{
	static const struct {
		int attribute;
		uint8_t value;
	} guards[] = {{IFLA_BRPORT_LEARNING, 0},
		      {IFLA_BRPORT_UNICAST_FLOOD, 0},
		      {IFLA_BRPORT_GUARD, 1},
		      {LINK_BRPORT_LOCKED, 1}};
	int ret = 0;

	for (unsigned i = 0; i < sizeof(guards) / sizeof(guards[0]) && ret == 0; i++)
		ret = link_change_port(link, device, guards[i].attribute, &guards[i].value,
				       sizeof(guards[i].value));
	return ret;
}

/* name may be NULL if index is not 0. */
static int link_delete_either(struct link *link, const char *name, int index)
{
	struct rtnl_link *object = rtnl_link_alloc();
	int ret;

	if (!object)
		return -ENOMEM;
	if (name)
		rtnl_link_set_name(object, name);
	if (index > 0)
		rtnl_link_set_ifindex(object, index);
	ret = rtnl_link_delete(link->requests, object);
	rtnl_link_put(object);
	return link_error(ret);
}

int link_delete(struct link *link, const char *device)
{
	return link_delete_either(link, device, 0);
}

int link_delete_index(struct link *link, int index)
{
	return link_delete_either(link, NULL, index);
}
