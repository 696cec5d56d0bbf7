// SPDX-License-Identifier: GPL-2.0-or-later
#include "guard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <string.h>

#include "mac.h"
#include "parse.h"
#include "subnet.h"

enum {
	/*
	 * Tags and SNAP headers may be stacked, and receivers skip them: guards that
	 * do not are got round (CVE-2021-27853, -27854, -27861, -27862). More than
	 * anyone needs is refused.
	 */
	GUARD_WRAPPINGS = 4,
	GUARD_SNAP = 8,	      /* LLC and SNAP header, IEEE 802 */
	GUARD_EXTENSIONS = 8, /* IPv6 headers before the payload; each may stand once, RFC 8200 */
	GUARD_IPV4_FRAGMENT = 0x1fff,
	GUARD_IPV6_FRAGMENT = 0xfff8,
	GUARD_TYPE_QINQ_OLD = 0x9100,	 /* tags of double tagging, before IEEE 802.1ad */
	GUARD_DHCP_CLIENT = 68,		 /* UDP ports that only servers write to, RFC 2131 */
	GUARD_DHCP6_CLIENT = 546,	 /* RFC 8415 */
	GUARD_ARP = 28,			 /* of Ethernet and IPv4, RFC 826 */
	GUARD_ROUTER_ADVERTISEMENT4 = 9, /* RFC 1256 */
};

/* What is left of a frame to look at. */
struct guard_view {
	const uint8_t *data;
	uint32_t size;
};

static bool guard_skip(struct guard_view *view, uint32_t size)
{
	if (size > view->size)
		return false;
	view->data += size;
	view->size -= size;
	return true;
}

static unsigned guard_read16(const uint8_t *data)
{
	return (unsigned)data[0] << 8 | data[1];
}

static bool guard_is_ipv4(const struct guard *guard, const uint8_t *address)
{
	return memcmp(address, &guard->ipv4, sizeof(guard->ipv4)) == 0;
}

static bool guard_is_ipv6(const struct guard *guard, const uint8_t *address)
{
	for (unsigned i = 0; i < guard->n_ipv6; i++) {
		if (memcmp(address, &guard->ipv6[i], sizeof(guard->ipv6[i])) == 0)
			return true;
	}
	return false;
}

/*
 * A sender's MAC or address that is the gateway's, in whatever message. A probe
 * (sender 0.0.0.0, RFC 5227) claims nothing yet: the gateway's answer to it tells
 * a guest of its mistake.
 */
static enum guard_verdict guard_judge_arp(const struct guard *guard, const struct guard_view *view)
{
	const uint8_t *arp = view->data;

	if (view->size < GUARD_ARP || arp[4] != MAC_SIZE || arp[5] != sizeof(guard->ipv4))
		return GUARD_HIDDEN;
	return frame_address(arp + 8) == guard->mac || guard_is_ipv4(guard, arp + 14)
		       ? GUARD_GATEWAY
		       : GUARD_PASS;
}

static enum guard_verdict guard_judge_udp(const struct guard_view *view, unsigned client)
{
	if (view->size < 4)
		return GUARD_HIDDEN; /* a first fragment without ports */
	return guard_read16(view->data + 2) == client ? GUARD_DHCP : GUARD_PASS;
}

static enum guard_verdict guard_judge_ipv4(const struct guard *guard, struct guard_view *view)
{
	const uint8_t *ip = view->data;
	unsigned protocol, type;

	if (view->size < sizeof(struct ip))
		return GUARD_PASS; /* no IPv4 for anyone */
	if (guard_is_ipv4(guard, ip + 12))
		return GUARD_GATEWAY;
	protocol = ip[9];
	if (protocol != IPPROTO_UDP && protocol != IPPROTO_ICMP)
		return GUARD_PASS;
	if (guard_read16(ip + 6) & GUARD_IPV4_FRAGMENT)
		return GUARD_PASS; /* nothing without the first, which is judged */
	if (!guard_skip(view, (ip[0] & 0xfu) * 4))
		return GUARD_PASS;
	if (protocol == IPPROTO_UDP)
		return guard_judge_udp(view, GUARD_DHCP_CLIENT);
	type = view->size > 0 ? view->data[0] : 0;
	return type == ICMP_REDIRECT || type == GUARD_ROUTER_ADVERTISEMENT4 ? GUARD_ROUTER
									    : GUARD_PASS;
}

static enum guard_verdict guard_judge_icmp6(const struct guard *guard,
					    const struct guard_view *view, bool unspecified)
{
	if (view->size < 1)
		return GUARD_HIDDEN;
	switch (view->data[0]) {
	case ND_ROUTER_ADVERT:
	case ND_REDIRECT:
		return GUARD_ROUTER;
	case ND_NEIGHBOR_SOLICIT: /* without a source: is about to take the address */
		if (!unspecified)
			return GUARD_PASS;
		/* fallthrough */
	case ND_NEIGHBOR_ADVERT:
		if (view->size < sizeof(struct nd_neighbor_advert))
			return GUARD_HIDDEN; /* never in fragments, RFC 6980 */
		return guard_is_ipv6(guard, view->data + sizeof(struct icmp6_hdr)) ? GUARD_GATEWAY
										   : GUARD_PASS;
	default:
		return GUARD_PASS;
	}
}

/* The size of an extension header, or 0: next is none. */
static uint32_t guard_extension(const struct guard_view *view, unsigned next)
{
	enum { MOBILITY = 135, HIP = 139, SHIM6 = 140 };

	switch (next) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
	case MOBILITY:
	case HIP:
	case SHIM6:
		return view->size < 2 ? UINT32_MAX : (view->data[1] + 1u) * 8;
	case IPPROTO_AH:
		return view->size < 2 ? UINT32_MAX : (view->data[1] + 2u) * 4;
	case IPPROTO_FRAGMENT:
		return 8;
	default:
		return 0;
	}
}

static enum guard_verdict guard_judge_ipv6(const struct guard *guard, struct guard_view *view)
{
	const uint8_t *ip = view->data;
	unsigned next;

	if (!guard_skip(view, sizeof(struct in6_addr) * 2 + 8))
		return GUARD_PASS; /* no IPv6 for anyone */
	if (guard_is_ipv6(guard, ip + 8))
		return GUARD_GATEWAY;
	next = ip[6];
	for (unsigned n = 0;; n++) {
		const uint8_t *header = view->data;
		uint32_t size = guard_extension(view, next);

		if (size == 0)
			break;
		/* All headers must be in the first fragment, RFC 7112. */
		if (n == GUARD_EXTENSIONS || !guard_skip(view, size))
			return GUARD_HIDDEN;
		if (next == IPPROTO_FRAGMENT && (guard_read16(header + 2) & GUARD_IPV6_FRAGMENT))
			return GUARD_PASS; /* nothing without the first, which is judged */
		next = header[0];
	}
	if (next == IPPROTO_ICMPV6)
		return guard_judge_icmp6(guard, view,
					 memcmp(ip + 8, &in6addr_any, sizeof(in6addr_any)) == 0);
	return next == IPPROTO_UDP ? guard_judge_udp(view, GUARD_DHCP6_CLIENT) : GUARD_PASS;
}

/* Steps over a tag or SNAP header of that type; false: there is none. */
static bool guard_unwrap(struct guard_view *view, unsigned *type)
{
	static const uint8_t snap[][6] = {{0xaa, 0xaa, 3, 0, 0, 0}, {0xaa, 0xaa, 3, 0, 0, 0xf8}};

	if (*type == ETH_P_8021Q || *type == ETH_P_8021AD || *type == GUARD_TYPE_QINQ_OLD) {
		if (view->size < FRAME_TAG)
			return false;
		*type = guard_read16(view->data + 2);
		return guard_skip(view, FRAME_TAG);
	}
	if (*type >= ETH_P_802_3_MIN || view->size < GUARD_SNAP ||
	    (memcmp(view->data, snap[0], sizeof(snap[0])) != 0 &&
	     memcmp(view->data, snap[1], sizeof(snap[1])) != 0))
		return false;
	*type = guard_read16(view->data + 6);
	return guard_skip(view, GUARD_SNAP);
}

static enum guard_verdict guard_permit(bool router, bool dhcp, enum guard_verdict verdict)
{
	return (router && verdict == GUARD_ROUTER) || (dhcp && verdict == GUARD_DHCP) ? GUARD_PASS
										      : verdict;
}

enum guard_verdict guard_judge(const struct guard *guard, const struct frame *frame)
{
	struct guard_view view = {frame->data, frame->size};
	unsigned type;

	if (!guard_skip(&view, FRAME_HEADER))
		return GUARD_PASS; /* no frame for anyone */
	if (frame_address(frame->data + MAC_SIZE) == guard->mac)
		return GUARD_GATEWAY;
	type = guard_read16(frame->data + MAC_SIZE + MAC_SIZE);
	for (unsigned n = 0;; n++) {
		switch (type) {
		case ETH_P_IP:
			return guard_permit(guard->open4, guard->open4,
					    guard_judge_ipv4(guard, &view));
		case ETH_P_IPV6:
			return guard_permit(guard->open6 || guard->router6, guard->open6,
					    guard_judge_ipv6(guard, &view));
		case ETH_P_ARP:
			return guard_judge_arp(guard, &view);
		default:
			break;
		}
		if (!guard_unwrap(&view, &type))
			return GUARD_PASS;
		if (n == GUARD_WRAPPINGS)
			return GUARD_HIDDEN;
	}
}

/* RFC 4291 appendix A; what Linux gives a device unless it is told otherwise. */
static void guard_make_link_local(struct in6_addr *address, const uint8_t mac[MAC_SIZE])
{
	uint8_t *bytes = address->s6_addr;

	memset(bytes, 0, sizeof(*address));
	bytes[0] = 0xfe;
	bytes[1] = 0x80;
	memcpy(bytes + 8, mac, 3);
	bytes[8] ^= 2;
	bytes[11] = 0xff;
	bytes[12] = 0xfe;
	memcpy(bytes + 13, mac + 3, 3);
}

void guard_init(struct guard *guard, const uint8_t mac[MAC_SIZE], uint32_t ipv4)
{
	*guard = (struct guard){.mac = frame_address(mac), .ipv4 = htonl(ipv4), .n_ipv6 = 1};
	guard_make_link_local(&guard->ipv6[0], mac);
}

int guard_add_ipv6(struct guard *guard, const struct in6_addr *address)
{
	if (guard->n_ipv6 == GUARD_IPV6_MAX)
		return -ENOSPC;
	guard->ipv6[guard->n_ipv6++] = *address;
	return 0;
}

int guard_parse(struct guard *guard, const char *text)
{
	uint8_t mac[MAC_SIZE];
	char copy[GUARD_TEXT_MAX];
	struct in6_addr address;
	char *rest = copy;
	const char *part;
	uint32_t ipv4;

	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy))
		return -EINVAL;
	if (mac_parse(strsep(&rest, ","), mac) < 0)
		return -EINVAL;
	part = strsep(&rest, ",");
	if (!part || subnet_parse_address(part, &ipv4) < 0)
		return -EINVAL;
	guard_init(guard, mac, ipv4);
	while ((part = strsep(&rest, ","))) {
		if (inet_pton(AF_INET6, part, &address) != 1 || guard_add_ipv6(guard, &address) < 0)
			return -EINVAL;
	}
	return 0;
}
