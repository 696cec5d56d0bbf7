// SPDX-License-Identifier: GPL-2.0-or-later
#include "foreignbridge.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>

/* Reads a number from sysfs; 0 if there is none. */
static int foreignbridge_read(const char *bridge, const char *setting)
{
	char path[64];
	int value = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/bridge/%s", bridge, setting);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%d", &value) != 1)
		value = 0;
	fclose(file);
	return value;
}

int foreignbridge_vlan(const char *bridge)
{
	int vlan;

	if (foreignbridge_read(bridge, "vlan_filtering") == 0)
		return 0;
	vlan = foreignbridge_read(bridge, "default_pvid");
	return vlan > 0 ? vlan : -ENODATA;
}

static int foreignbridge_read_entry(struct nl_msg *message, void *context)
{
	const struct nlmsghdr *header = nlmsg_hdr(message);
	int *port = context;

	if (header->nlmsg_type == RTM_NEWNEIGH && nlmsg_valid_hdr(header, sizeof(struct ndmsg)))
		*port = ((const struct ndmsg *)nlmsg_data(header))->ndm_ifindex;
	return NL_OK;
}

int foreignbridge_find(struct link *link, int bridge, const uint8_t mac[MAC_SIZE], int vlan)
{
	struct nl_msg *message = nlmsg_alloc_simple(RTM_GETNEIGH, 0);
	struct nl_cb *ours = nl_cb_clone(nl_socket_get_cb(link->requests));
	struct ndmsg header = {.ndm_family = AF_BRIDGE};
	int port = 0;
	int ret = -1;

	if (message && ours) {
		nlmsg_append(message, &header, sizeof(header), NLMSG_ALIGNTO);
		nla_put(message, NDA_LLADDR, MAC_SIZE, mac);
		nla_put_u32(message, NDA_MASTER, (uint32_t)bridge);
		if (vlan > 0)
			nla_put_u16(message, NDA_VLAN, (uint16_t)vlan);
		nl_cb_set(ours, NL_CB_VALID, NL_CB_CUSTOM, foreignbridge_read_entry, &port);
		ret = nl_send_auto(link->requests, message);
	}
	if (ret >= 0)
		ret = nl_recvmsgs(link->requests, ours);
	if (ret >= 0)
		nl_wait_for_ack(link->requests);
	nlmsg_free(message);
	nl_cb_put(ours);
	return port;
}
