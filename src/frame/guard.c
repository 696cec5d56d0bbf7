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
	GUARD_DHCP_CLIENT = 68,		 /* UDP ports that only servers send to, RFC 2131 */
	GUARD_DHCP6_CLIENT = 546,	 /* RFC 8415 */
	GUARD_ARP = 28,			 /* for Ethernet and IPv4, RFC 826 */
	GUARD_ROUTER_ADVERTISEMENT4 = 9, /* RFC 1256 */
};

static bool guard_is_ipv4(const struct guard *guard, const uint8_t *address)
{
	for (unsigned i = 0; i < guard->n_ipv4; i++) {
		if (memcmp(address, &guard->ipv4[i], sizeof(guard->ipv4[i])) == 0)
			return true;
	}
	return false;
}

static bool guard_is_ipv6(const struct guard *guard, const uint8_t *address)
{
	for (unsigned i = 0; i < guard->n_ipv6; i++) {
		if (memcmp(address, &guard->ipv6[i], sizeof(guard->ipv6[i])) == 0)
			return true;
	}
	return false;
}

bool guard_has_address(const struct guard *guard, const struct in6_addr *address)
{
	return (IN6_IS_ADDR_V4MAPPED(address) && guard_is_ipv4(guard, &address->s6_addr[12])) ||
	       guard_is_ipv6(guard, address->s6_addr);
}

/*
 * In any message, a sender's MAC or IP address must not be the gateway's. A probe (sender 0.0.0.0,
 * RFC 5227) claims nothing yet: the gateway's answer tells the guest about its mistake.
 */
static enum guard_verdict guard_judge_arp(const struct guard *guard, const struct layers *view)
{
	const uint8_t *arp = view->data;

	if (view->size < GUARD_ARP || arp[4] != MAC_SIZE || arp[5] != sizeof(guard->ipv4[0]))
		return GUARD_HIDDEN;
	return frame_address(arp + 8) == guard->mac || guard_is_ipv4(guard, arp + 14)
		       ? GUARD_GATEWAY
		       : GUARD_PASS;
}

static enum guard_verdict guard_judge_udp(const struct layers *view, unsigned client)
{
	if (view->size < 4)
		return GUARD_HIDDEN; /* a first fragment without ports */
	return layers_read16(view->data + 2) == client ? GUARD_DHCP : GUARD_PASS;
}

static enum guard_verdict guard_judge_ipv4(const struct guard *guard,
					   const struct layers_dissected *packet)
{
	const struct layers *payload = &packet->payload;
	unsigned type;

	if (packet->packet.size < LAYERS_IPV4)
		return GUARD_PASS; /* not valid IPv4 */
	if (guard_is_ipv4(guard, packet->packet.data + 12))
		return GUARD_GATEWAY;
	/* A later fragment is useless without the first, which is judged. */
	if (packet->transport != LAYERS_FOUND)
		return GUARD_PASS;
	if (packet->protocol == IPPROTO_UDP)
		return guard_judge_udp(payload, GUARD_DHCP_CLIENT);
	if (packet->protocol != IPPROTO_ICMP)
		return GUARD_PASS;
	type = payload->size > 0 ? payload->data[0] : 0;
	return type == ICMP_REDIRECT || type == GUARD_ROUTER_ADVERTISEMENT4 ? GUARD_ROUTER
									    : GUARD_PASS;
}

static enum guard_verdict guard_judge_icmp6(const struct guard *guard, const struct layers *view,
					    bool unspecified)
{
	if (view->size < 1)
		return GUARD_HIDDEN;
	switch (view->data[0]) {
	case ND_ROUTER_ADVERT:
	case ND_REDIRECT:
		return GUARD_ROUTER;
	case ND_NEIGHBOR_SOLICIT: /* without a source: about to use the address */
		if (!unspecified)
			return GUARD_PASS;
		/* fallthrough */
	case ND_NEIGHBOR_ADVERT:
		if (view->size < sizeof(struct nd_neighbor_advert))
			return GUARD_HIDDEN; /* never fragmented, RFC 6980 */
		return guard_is_ipv6(guard, view->data + sizeof(struct icmp6_hdr)) ? GUARD_GATEWAY
										   : GUARD_PASS;
	default:
		return GUARD_PASS;
	}
}

static enum guard_verdict guard_judge_ipv6(const struct guard *guard,
					   const struct layers_dissected *packet)
{
	const uint8_t *ip = packet->packet.data;

	if (packet->packet.size < LAYERS_IPV6)
		return GUARD_PASS; /* not valid IPv6 */
	if (guard_is_ipv6(guard, ip + 8))
		return GUARD_GATEWAY;
	switch (packet->transport) {
	case LAYERS_FOUND:
		break;
	case LAYERS_HIDDEN:
		return GUARD_HIDDEN;
	default: /* useless without the first fragment, which is judged */
		return GUARD_PASS;
	}
	if (packet->protocol == IPPROTO_ICMPV6)
		return guard_judge_icmp6(guard, &packet->payload,
					 memcmp(ip + 8, &in6addr_any, sizeof(in6addr_any)) == 0);
	return packet->protocol == IPPROTO_UDP
		       ? guard_judge_udp(&packet->payload, GUARD_DHCP6_CLIENT)
		       : GUARD_PASS;
}

static enum guard_verdict guard_permit(bool router, bool dhcp, enum guard_verdict verdict)
{
	return (router && verdict == GUARD_ROUTER) || (dhcp && verdict == GUARD_DHCP) ? GUARD_PASS
										      : verdict;
}

enum guard_verdict guard_judge(const struct guard *guard, const struct layers_dissected *packet)
{
	if (packet->network == LAYERS_OTHER)
		return GUARD_PASS; /* not a valid frame */
	if (frame_source(packet->frame) == guard->mac)
		return GUARD_GATEWAY;
	if (packet->network != LAYERS_FOUND)
		return GUARD_HIDDEN;
	switch (packet->type) {
	case ETH_P_IP:
		return guard_permit(guard->open4, guard->open4, guard_judge_ipv4(guard, packet));
	case ETH_P_IPV6:
		return guard_permit(guard->open6 || guard->router6, guard->open6,
				    guard_judge_ipv6(guard, packet));
	case ETH_P_ARP:
		return guard_judge_arp(guard, &packet->packet);
	default:
		return GUARD_PASS;
	}
}

void guard_init(struct guard *guard, const uint8_t mac[MAC_SIZE], uint32_t ipv4)
{
	*guard = (struct guard){.mac = frame_address(mac),
				.n_ipv4 = 1,
				.ipv4 = {htonl(ipv4)},
				.n_ipv6 = 1,
				.n_own6 = 1};
	guard->ipv6[0] = mac_link_local(mac);
}

int guard_add_ipv6(struct guard *guard, const struct in6_addr *address)
{
	if (guard->n_own6 == GUARD_OWN6_MAX)
		return -ENOSPC;
	guard->ipv6[guard->n_own6++] = *address;
	guard->n_ipv6 = guard->n_own6;
	return 0;
}

void guard_set_others(struct guard *guard, const struct in6_addr *addresses, unsigned n)
{
	const unsigned max4 = sizeof(guard->ipv4) / sizeof(guard->ipv4[0]);
	const unsigned max6 = sizeof(guard->ipv6) / sizeof(guard->ipv6[0]);

	guard->n_ipv4 = 1;
	guard->n_ipv6 = guard->n_own6;
	for (unsigned i = 0; i < n; i++) {
		const struct in6_addr *address = &addresses[i];

		if (!IN6_IS_ADDR_V4MAPPED(address) && guard->n_ipv6 < max6)
			guard->ipv6[guard->n_ipv6++] = *address;
		if (IN6_IS_ADDR_V4MAPPED(address) && guard->n_ipv4 < max4)
			memcpy(&guard->ipv4[guard->n_ipv4++], &address->s6_addr[12],
			       sizeof(guard->ipv4[0]));
	}
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
