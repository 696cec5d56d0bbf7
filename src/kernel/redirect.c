// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The messages are made by hand: libnl (3.7) cannot express the receive side of another device. u32
 * without a key matches everything, and is the classifier that kernels have had the longest.
 */
#include "redirect.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <netinet/in.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "link.h"

enum { REDIRECT_PRIORITY = 1 };

/* What tc(8) calls "dev DEVICE ingress". */
static struct nl_msg *redirect_begin(int type, int flags, int device, uint32_t parent,
				     uint32_t info)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);
	struct tcmsg header = {.tcm_family = AF_UNSPEC,
			       .tcm_ifindex = device,
			       .tcm_parent = parent,
			       .tcm_info = info};

	if (msg && nlmsg_append(msg, &header, sizeof(header), NLMSG_ALIGNTO) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/* One mirred action that moves the frame to that device's receive side. */
static int redirect_put_action(struct nl_msg *msg, int device)
{
	const struct tc_mirred mirred = {
		.action = TC_ACT_STOLEN, .eaction = TCA_INGRESS_REDIR, .ifindex = (uint32_t)device};
	struct nlattr *list = nla_nest_start(msg, TCA_U32_ACT);
	struct nlattr *first = nla_nest_start(msg, 1);
	struct nlattr *options;

	if (!list || !first || nla_put_string(msg, TCA_ACT_KIND, "mirred") < 0)
		return -ENOMEM;
	options = nla_nest_start(msg, TCA_ACT_OPTIONS);
	if (!options || nla_put(msg, TCA_MIRRED_PARMS, sizeof(mirred), &mirred) < 0)
		return -ENOMEM;
	nla_nest_end(msg, options);
	nla_nest_end(msg, first);
	nla_nest_end(msg, list);
	return 0;
}

static int redirect_put_filter(struct nl_msg *msg, int device)
{
	const struct tc_u32_sel all = {.flags = TC_U32_TERMINAL};
	struct nlattr *options;

	if (nla_put_string(msg, TCA_KIND, "u32") < 0)
		return -ENOMEM;
	options = nla_nest_start(msg, TCA_OPTIONS);
	if (!options || nla_put(msg, TCA_U32_SEL, sizeof(all), &all) < 0 ||
	    redirect_put_action(msg, device) < 0)
		return -ENOMEM;
	nla_nest_end(msg, options);
	return 0;
}

int redirect_set(struct link *link, int from, int to)
{
	const int create = NLM_F_CREATE | NLM_F_EXCL;
	struct nl_msg *msg;
	int ret;

	msg = redirect_begin(RTM_DELQDISC, 0, from, TC_H_INGRESS, 0);
	if (!msg)
		return -ENOMEM;
	link_send(link, msg); /* there is none the first time */
	msg = redirect_begin(RTM_NEWQDISC, create, from, TC_H_INGRESS, 0);
	if (!msg)
		return -ENOMEM;
	ret = nla_put_string(msg, TCA_KIND, "ingress") < 0 ? -ENOMEM : 0;
	if (ret < 0)
		nlmsg_free(msg);
	else
		ret = link_send(link, msg);
	if (ret < 0)
		return ret;
	msg = redirect_begin(RTM_NEWTFILTER, create, from,
			     TC_H_MAJ(TC_H_INGRESS) | TC_H_MIN_INGRESS,
			     TC_H_MAKE(REDIRECT_PRIORITY << 16, htons(ETH_P_ALL)));
	if (!msg)
		return -ENOMEM;
	ret = redirect_put_filter(msg, to);
	if (ret < 0)
		nlmsg_free(msg);
	else
		ret = link_send(link, msg);
	return ret;
}
