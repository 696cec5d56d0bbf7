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

int link_add_bridge(struct link *link, const char *device, const uint8_t mac[MAC_SIZE])
{
	struct nl_msg *message = nlmsg_alloc_simple(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	struct ifinfomsg header = {.ifi_family = AF_UNSPEC};
	struct nlattr *info;
	struct nlattr *data;

	if (!message)
		return -ENOMEM;
	/* By hand: this libnl knows no attribute of a bridge. A new message has room for these. */
	nlmsg_append(message, &header, sizeof(header), NLMSG_ALIGNTO);
	nla_put_string(message, IFLA_IFNAME, device);
	nla_put(message, IFLA_ADDRESS, MAC_SIZE, mac);
	info = nla_nest_start(message, IFLA_LINKINFO);
	nla_put_string(message, IFLA_INFO_KIND, "bridge");
	data = nla_nest_start(message, IFLA_INFO_DATA);
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

int link_pass_all(struct link *link, const char *device)
{
	/* All of 01:80:C2:00:00:00 to 0F but 01, PAUSE, which the kernel keeps to itself. */
	enum { ALL = 0xfffd };
	struct nl_msg *message = nlmsg_alloc_simple(RTM_SETLINK, 0);
	struct ifinfomsg header = {.ifi_family = AF_BRIDGE,
				   .ifi_index = (int)if_nametoindex(device)};
	struct nlattr *port;

	if (!message)
		return -ENOMEM;
	nlmsg_append(message, &header, sizeof(header), NLMSG_ALIGNTO);
	port = nla_nest_start(message, IFLA_PROTINFO | NLA_F_NESTED);
	nla_put_u16(message, IFLA_BRPORT_GROUP_FWD_MASK, ALL);
	nla_nest_end(message, port);
	return link_error(nl_send_sync(link->requests, message)); /* frees it */
}

/* name may be NULL where index is not 0. */
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
