// SPDX-License-Identifier: GPL-2.0-or-later
#include "link_tun.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct link_tun_answer {
	struct link_tun *tun;
	bool found;
};

static void link_tun_read(struct nlattr *data, struct link_tun *tun)
{
	struct nlattr *attributes[IFLA_TUN_MAX + 1];

	if (nla_parse_nested(attributes, IFLA_TUN_MAX, data, NULL) < 0)
		return;
	tun->persists = attributes[IFLA_TUN_PERSIST] && nla_get_u8(attributes[IFLA_TUN_PERSIST]);
	tun->many = attributes[IFLA_TUN_NUM_QUEUES];
	if (tun->many)
		tun->queues = nla_get_u32(attributes[IFLA_TUN_NUM_QUEUES]);
	if (attributes[IFLA_TUN_NUM_DISABLED_QUEUES])
		tun->disabled = nla_get_u32(attributes[IFLA_TUN_NUM_DISABLED_QUEUES]);
}

static void link_tun_read_port(struct nlattr *data, struct link_tun *tun)
{
	struct nlattr *attributes[LINK_BRPORT_LOCKED + 1];

	if (nla_parse_nested(attributes, LINK_BRPORT_LOCKED, data, NULL) == 0)
		tun->locked = attributes[LINK_BRPORT_LOCKED] &&
			      nla_get_u8(attributes[LINK_BRPORT_LOCKED]);
}

/* By hand: libnl does not support TAPs. */
static int link_tun_message(struct nl_msg *message, void *context)
{
	struct nlattr *attributes[IFLA_MAX + 1];
	struct nlattr *info[IFLA_INFO_MAX + 1];
	struct link_tun_answer *answer = context;

	if (nlmsg_parse(nlmsg_hdr(message), sizeof(struct ifinfomsg), attributes, IFLA_MAX, NULL) <
		    0 ||
	    !attributes[IFLA_LINKINFO] ||
	    nla_parse_nested(info, IFLA_INFO_MAX, attributes[IFLA_LINKINFO], NULL) < 0 ||
	    !info[IFLA_INFO_KIND] || nla_strcmp(info[IFLA_INFO_KIND], "tun") != 0 ||
	    !info[IFLA_INFO_DATA])
		return NL_OK;
	link_tun_read(info[IFLA_INFO_DATA], answer->tun);
	if (info[IFLA_INFO_SLAVE_DATA])
		link_tun_read_port(info[IFLA_INFO_SLAVE_DATA], answer->tun);
	answer->found = true;
	return NL_OK;
}

int link_describe_tun(struct link *link, int index, struct link_tun *tun)
{
	struct nl_msg *message = nlmsg_alloc_simple(RTM_GETLINK, 0);
	struct ifinfomsg header = {.ifi_family = AF_UNSPEC, .ifi_index = index};
	struct nl_cb *ours = nl_cb_clone(nl_socket_get_cb(link->requests));
	struct link_tun_answer answer = {.tun = tun};
	int ret = message && ours ? 0 : -ENOMEM;

	*tun = (struct link_tun){0};
	if (ret == 0) {
		nlmsg_append(message, &header, sizeof(header), NLMSG_ALIGNTO);
		nl_cb_set(ours, NL_CB_VALID, NL_CB_CUSTOM, link_tun_message, &answer);
		ret = nl_send_auto(link->requests, message);
		if (ret >= 0)
			ret = nl_recvmsgs(link->requests, ours);
		if (ret >= 0)
			ret = nl_wait_for_ack(link->requests);
		ret = ret < 0 ? link_error(ret) : 0;
	}
	nlmsg_free(message);
	nl_cb_put(ours);
	if (ret < 0)
		return ret;
	return answer.found ? 0 : -EINVAL;
}

/* A second descriptor would be refused, so getting one means that nobody held it. */
bool link_tun_is_held(const char *name)
{
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	struct ifreq request = {.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR)};
	bool held = true;

	if (fd < 0)
		return held;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	held = ioctl(fd, TUNSETIFF, &request) < 0;
	close(fd);
	return held;
}
