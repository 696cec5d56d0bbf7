// SPDX-License-Identifier: GPL-2.0-or-later
/* By hand: libnl's conntrack part would be another library, for two messages. */
#include "conntrack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>

#include "link.h"
#include "mapped.h"

struct conntrack_walk {
	struct nl_sock *dump;
	struct nl_sock *changes; /* separate, since a dump's answers come on the other */
	bool (*is_meant)(void *context, const struct conntrack_entry *entry);
	void *context;
	int forgotten;
};

static struct nl_msg *conntrack_message(int type, int flags, int family)
{
	struct nfgenmsg header = {.nfgen_family = (uint8_t)family};
	struct nl_msg *message =
		nlmsg_alloc_simple(NFNL_SUBSYS_CTNETLINK << 8 | type, NLM_F_REQUEST | flags);

	if (message && nlmsg_append(message, &header, sizeof(header), NLMSG_ALIGNTO) == 0)
		return message;
	nlmsg_free(message);
	return NULL;
}

/* ---- reading ------------------------------------------------------------------- */

static void conntrack_read_address(struct nlattr *v4, struct nlattr *v6, struct in6_addr *address)
{
	*address = mapped_ipv4(&(struct in_addr){0});
	if (v4 && nla_len(v4) == sizeof(struct in_addr))
		*address = mapped_ipv4(nla_data(v4));
	if (v6 && nla_len(v6) == sizeof(*address))
		memcpy(address, nla_data(v6), sizeof(*address));
}

static uint16_t conntrack_read_port(struct nlattr *port)
{
	return port && nla_len(port) == sizeof(uint16_t) ? ntohs(nla_get_u16(port)) : 0;
}

/* The destination of the original direction, or the source of the answers. */
static bool conntrack_read_tuple(struct nlattr *attribute, bool source, struct in6_addr *address,
				 uint16_t *port, int *protocol)
{
	struct nlattr *tuple[CTA_TUPLE_MAX + 1];
	struct nlattr *ip[CTA_IP_MAX + 1];
	struct nlattr *proto[CTA_PROTO_MAX + 1];

	if (!attribute || nla_parse_nested(tuple, CTA_TUPLE_MAX, attribute, NULL) < 0 ||
	    !tuple[CTA_TUPLE_IP] || !tuple[CTA_TUPLE_PROTO] ||
	    nla_parse_nested(ip, CTA_IP_MAX, tuple[CTA_TUPLE_IP], NULL) < 0 ||
	    nla_parse_nested(proto, CTA_PROTO_MAX, tuple[CTA_TUPLE_PROTO], NULL) < 0 ||
	    !proto[CTA_PROTO_NUM])
		return false;
	conntrack_read_address(ip[source ? CTA_IP_V4_SRC : CTA_IP_V4_DST],
			       ip[source ? CTA_IP_V6_SRC : CTA_IP_V6_DST], address);
	*port = conntrack_read_port(proto[source ? CTA_PROTO_SRC_PORT : CTA_PROTO_DST_PORT]);
	*protocol = nla_get_u8(proto[CTA_PROTO_NUM]);
	return true;
}

static bool conntrack_read(struct nlattr *const *attributes, struct conntrack_entry *entry)
{
	struct nlattr *status = attributes[CTA_STATUS];

	if (!conntrack_read_tuple(attributes[CTA_TUPLE_ORIG], false, &entry->to, &entry->to_port,
				  &entry->protocol) ||
	    !conntrack_read_tuple(attributes[CTA_TUPLE_REPLY], true, &entry->answers,
				  &entry->answers_port, &entry->protocol))
		return false;
	entry->family = IN6_IS_ADDR_V4MAPPED(&entry->to) ? AF_INET : AF_INET6;
	entry->dnat = status && nla_len(status) == sizeof(uint32_t) &&
		      (ntohl(nla_get_u32(status)) & IPS_DST_NAT);
	return true;
}

/* ---- forgetting ---------------------------------------------------------------- */

static void conntrack_copy(struct nl_msg *message, int type, struct nlattr *attribute)
{
	if (attribute)
		nla_put(message, type | (attribute->nla_type & NLA_F_NESTED), nla_len(attribute),
			nla_data(attribute));
}

/* Includes its id, so that a newer connection in its place stays. Does not wait for an answer. */
static void conntrack_delete(struct conntrack_walk *walk, int family,
			     struct nlattr *const *attributes)
{
	struct nl_msg *message = conntrack_message(IPCTNL_MSG_CT_DELETE, 0, family);

	if (!message)
		return;
	conntrack_copy(message, CTA_TUPLE_ORIG, attributes[CTA_TUPLE_ORIG]);
	conntrack_copy(message, CTA_ZONE, attributes[CTA_ZONE]);
	conntrack_copy(message, CTA_ID, attributes[CTA_ID]);
	if (nl_send_auto(walk->changes, message) >= 0)
		walk->forgotten++;
	nlmsg_free(message);
}

static int conntrack_look(struct nl_msg *message, void *context)
{
	struct conntrack_walk *walk = context;
	struct nlmsghdr *header = nlmsg_hdr(message);
	struct nlattr *attributes[CTA_MAX + 1];
	struct conntrack_entry entry;

	if (header->nlmsg_type == (NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW) &&
	    nlmsg_parse(header, sizeof(struct nfgenmsg), attributes, CTA_MAX, NULL) == 0 &&
	    conntrack_read(attributes, &entry) && walk->is_meant(walk->context, &entry))
		conntrack_delete(walk, entry.family, attributes);
	return NL_OK;
}

/* Kernels before 5.19 ignore the filter, and report all. */
static int conntrack_ask(struct conntrack_walk *walk, bool dnat_only)
{
	struct nl_msg *message = conntrack_message(IPCTNL_MSG_CT_GET, NLM_F_DUMP, AF_UNSPEC);
	int ret;

	if (!message)
		return -NLE_NOMEM;
	if (dnat_only) {
		nla_put_u32(message, CTA_STATUS, htonl(IPS_DST_NAT));
		nla_put_u32(message, CTA_STATUS_MASK, htonl(IPS_DST_NAT));
	}
	ret = nl_send_auto(walk->dump, message);
	nlmsg_free(message);
	return ret;
}

static int conntrack_walk(struct conntrack_walk *walk, bool dnat_only)
{
	int ret = nl_connect(walk->dump, NETLINK_NETFILTER);

	if (ret == 0)
		ret = nl_connect(walk->changes, NETLINK_NETFILTER);
	if (ret == 0)
		ret = nl_socket_modify_cb(walk->dump, NL_CB_VALID, NL_CB_CUSTOM, conntrack_look,
					  walk);
	if (ret == 0)
		ret = conntrack_ask(walk, dnat_only);
	if (ret >= 0)
		ret = nl_recvmsgs_default(walk->dump);
	return ret == -NLE_DUMP_INTR ? 0 : ret;
}

int conntrack_forget(bool dnat_only,
		     bool (*is_meant)(void *context, const struct conntrack_entry *entry),
		     void *context)
{
	struct conntrack_walk walk = {.dump = nl_socket_alloc(),
				      .changes = nl_socket_alloc(),
				      .is_meant = is_meant,
				      .context = context};
	int ret = walk.dump && walk.changes ? conntrack_walk(&walk, dnat_only) : -NLE_NOMEM;

	nl_socket_free(walk.dump);
	nl_socket_free(walk.changes);
	return ret < 0 ? link_error(ret) : walk.forgotten;
}
