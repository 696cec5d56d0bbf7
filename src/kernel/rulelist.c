// SPDX-License-Identifier: GPL-2.0-or-later
/* By hand: libnl does not tell whether a rule is inverted, nor half of its conditions. */
#include "rulelist.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>

struct rulelist_walk {
	void (*each)(void *context, const struct rulelist_rule *rule);
	void *context;
	int family;
};

static void rulelist_read_attribute(struct rulelist_rule *rule, struct nlattr *attribute)
{
	int size = nla_len(attribute);
	bool is_number = size == sizeof(uint32_t);

	switch (nla_type(attribute)) {
	case FRA_DST:
		if (size <= (int)sizeof(rule->destination))
			memcpy(&rule->destination, nla_data(attribute), (size_t)size);
		break;
	case FRA_PRIORITY:
		rule->priority = is_number ? nla_get_u32(attribute) : 0;
		break;
	case FRA_TABLE:
		rule->table = is_number ? nla_get_u32(attribute) : rule->table;
		break;
	case FRA_SUPPRESS_PREFIXLEN:
		rule->suppressed = is_number ? (int)nla_get_u32(attribute) : -1;
		break;
	case FRA_OIFNAME:
		nla_strlcpy(rule->oif, attribute, sizeof(rule->oif));
		break;
	case FRA_GOTO:
	case FRA_FLOW: /* sets a realm, not a condition */
	case FRA_PROTOCOL:
	case FRA_PAD:
	case FRA_L3MDEV: /* its table is then UNSPEC */
		break;
	default: /* a mark, users, ports, and anything later kernels add */
		rule->conditional = true;
	}
}

static int rulelist_read(struct nl_msg *message, void *context)
{
	const struct rulelist_walk *walk = context;
	struct nlmsghdr *header = nlmsg_hdr(message);
	const struct fib_rule_hdr *from = nlmsg_data(header);
	struct nlattr *attribute = nlmsg_attrdata(header, sizeof(*from));
	int left = nlmsg_attrlen(header, sizeof(*from));

	/* A kernel without rules for a family answers with those of all. */
	if (header->nlmsg_type != RTM_NEWRULE || !nlmsg_valid_hdr(header, sizeof(*from)) ||
	    from->family != walk->family)
		return NL_OK;
	struct rulelist_rule rule = {.table = from->table,
				     .action = from->action,
				     .inverted = from->flags & FIB_RULE_INVERT,
				     .conditional = from->tos != 0,
				     .suppressed = -1,
				     .bits = from->dst_len};
	for (; nla_ok(attribute, left); attribute = nla_next(attribute, &left))
		rulelist_read_attribute(&rule, attribute);
	walk->each(walk->context, &rule);
	return NL_OK;
}

int rulelist_each(struct link *link, int family,
		  void (*each)(void *context, const struct rulelist_rule *rule), void *context)
{
	struct rulelist_walk walk = {.each = each, .context = context, .family = family};
	struct fib_rule_hdr request = {.family = (uint8_t)family};
	struct nl_cb *ours = nl_cb_clone(nl_socket_get_cb(link->requests));
	int ret;

	if (!ours)
		return -ENOMEM;
	nl_cb_set(ours, NL_CB_VALID, NL_CB_CUSTOM, rulelist_read, &walk);
	ret = nl_send_simple(link->requests, RTM_GETRULE, NLM_F_DUMP, &request, sizeof(request));
	if (ret >= 0)
		ret = nl_recvmsgs(link->requests, ours);
	nl_cb_put(ours);
	/* If rules change meanwhile, another event will follow. */
	return ret >= 0 || ret == -NLE_DUMP_INTR ? 0 : link_error(ret);
}
