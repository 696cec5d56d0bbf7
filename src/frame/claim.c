// SPDX-License-Identifier: GPL-2.0-or-later
#include "claim.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <string.h>

#include "checksum.h"

enum {
	CLAIM_ARP = 28,	       /* bytes of ARP for Ethernet and IPv4, RFC 826 */
	CLAIM_ARP_SENDER = 14, /* offset in it */
	CLAIM_ARP_TARGET = 24,
	CLAIM_ARP_REPLY = 2,
	CLAIM_NEIGHBOUR = 24, /* bytes of a solicitation or advertisement, RFC 4861 */
	CLAIM_NEIGHBOUR_TARGET = 8,
	CLAIM_HOPS = 255, /* required in neighbour discovery */
};

struct in6_addr claim_map_ipv4(uint32_t address)
{
	struct in6_addr mapped = {0};

	mapped.s6_addr[10] = mapped.s6_addr[11] = 0xff;
	mapped.s6_addr32[3] = htobe32(address);
	return mapped;
}

const char *claim_format(const struct in6_addr *address, char text[INET6_ADDRSTRLEN])
{
	if (IN6_IS_ADDR_V4MAPPED(address))
		return inet_ntop(AF_INET, &address->s6_addr32[3], text, INET6_ADDRSTRLEN);
	return inet_ntop(AF_INET6, address, text, INET6_ADDRSTRLEN);
}

bool claim_is_ipv4(const struct claim *claim)
{
	return IN6_IS_ADDR_V4MAPPED(&claim->address);
}

/* Adds it, unless it is unspecified. Returns the new count. */
static int claim_add(struct claim *claims, int n, enum claim_kind kind, const uint8_t *address)
{
	memcpy(&claims[n].address, address, sizeof(claims[n].address));
	if (IN6_IS_ADDR_UNSPECIFIED(&claims[n].address))
		return n;
	claims[n].kind = kind;
	return n + 1;
}

static int claim_add_ipv4(struct claim *claims, enum claim_kind kind, const uint8_t *address)
{
	uint32_t number = layers_read32(address);

	if (number == 0)
		return 0;
	claims[0] = (struct claim){kind, claim_map_ipv4(number)};
	return 1;
}

static int claim_read_arp(struct claim *claims, const struct layers *layers)
{
	const uint8_t *arp = layers->data;

	if (layers->size < CLAIM_ARP || arp[4] != MAC_SIZE || arp[5] != sizeof(uint32_t))
		return 0; /* not valid ARP */
	if (layers_read32(arp + CLAIM_ARP_SENDER) == 0)
		return claim_add_ipv4(claims, CLAIM_PROBE, arp + CLAIM_ARP_TARGET);
	return claim_add_ipv4(claims, CLAIM_SENDER, arp + CLAIM_ARP_SENDER);
}

/* Neighbour discovery from that source, after n claims. */
static int claim_read_neighbour(struct claim *claims, int n, const struct layers *layers,
				bool fragment)
{
	const uint8_t *icmp = layers->data;

	if (layers->size < 1)
		return fragment ? -EBADMSG : n;
	if (icmp[0] < ND_ROUTER_SOLICIT || icmp[0] > ND_REDIRECT)
		return n;
	if (fragment) /* never fragmented, RFC 6980 */
		return -EBADMSG;
	if (n > 0)
		claims[0].kind = CLAIM_SENDER;
	if (layers->size < CLAIM_NEIGHBOUR)
		return n;
	if (icmp[0] == ND_NEIGHBOR_SOLICIT && n == 0)
		return claim_add(claims, n, CLAIM_PROBE, icmp + CLAIM_NEIGHBOUR_TARGET);
	if (icmp[0] == ND_NEIGHBOR_ADVERT &&
	    (n == 0 || memcmp(&claims[0].address, icmp + CLAIM_NEIGHBOUR_TARGET,
			      sizeof(claims[0].address)) != 0))
		return claim_add(claims, n, CLAIM_SENDER, icmp + CLAIM_NEIGHBOUR_TARGET);
	return n;
}

static int claim_read_ipv6(struct claim *claims, const struct layers_dissected *packet)
{
	int n;

	if (packet->packet.size < LAYERS_IPV6)
		return 0;
	n = claim_add(claims, 0, CLAIM_SOURCE, packet->packet.data + 8);
	switch (packet->transport) {
	case LAYERS_FOUND:
		return packet->protocol == IPPROTO_ICMPV6
			       ? claim_read_neighbour(claims, n, &packet->payload, packet->fragment)
			       : n;
	case LAYERS_HIDDEN:
		return -EBADMSG;
	default:
		return n;
	}
}

int claim_read(struct claim claims[CLAIMS_A_FRAME], const struct layers_dissected *packet)
{
	if (packet->network != LAYERS_FOUND)
		return -EBADMSG;
	switch (packet->type) {
	case ETH_P_IP:
		return packet->packet.size < LAYERS_IPV4
			       ? 0
			       : claim_add_ipv4(claims, CLAIM_SOURCE, packet->packet.data + 12);
	case ETH_P_IPV6:
		return claim_read_ipv6(claims, packet);
	case ETH_P_ARP:
		return claim_read_arp(claims, &packet->packet);
	default:
		return 0;
	}
}

bool claim_read_destination(struct in6_addr *address, const struct layers_dissected *packet)
{
	enum { IPV4 = 16, IPV6 = 24 }; /* offsets */
	const struct layers *ip = &packet->packet;

	if (packet->network != LAYERS_FOUND)
		return false;
	if (packet->type == ETH_P_IP && ip->size >= LAYERS_IPV4)
		*address = claim_map_ipv4(layers_read32(ip->data + IPV4));
	else if (packet->type == ETH_P_IPV6 && ip->size >= LAYERS_IPV6)
		memcpy(address, ip->data + IPV6, sizeof(*address));
	else
		return false;
	return true;
}

static void claim_make_header(uint8_t *frame, const uint8_t *to, const uint8_t *from, unsigned type)
{
	memcpy(frame, to, MAC_SIZE);
	memcpy(frame + MAC_SIZE, from, MAC_SIZE);
	frame[12] = (uint8_t)(type >> 8);
	frame[13] = (uint8_t)type;
}

/* "It is at mac", to the asker. */
static uint32_t claim_defend_ipv4(uint8_t *frame, const struct claim *probe, const uint8_t *asker,
				  const uint8_t mac[MAC_SIZE])
{
	static const uint8_t reply[] = {0, 1, 8, 0, MAC_SIZE, sizeof(uint32_t), 0, CLAIM_ARP_REPLY};
	uint8_t *arp = frame + FRAME_HEADER;

	claim_make_header(frame, asker, mac, ETH_P_ARP);
	memcpy(arp, reply, sizeof(reply));
	memcpy(arp + sizeof(reply), mac, MAC_SIZE);
	memcpy(arp + CLAIM_ARP_SENDER, &probe->address.s6_addr[12], sizeof(uint32_t));
	memcpy(arp + CLAIM_ARP_SENDER + 4, asker, MAC_SIZE);
	memset(arp + CLAIM_ARP_TARGET, 0, sizeof(uint32_t));
	return FRAME_HEADER + CLAIM_ARP;
}

/* To all nodes, as required for an asker without an address (RFC 4861, section 7.2.4). */
static uint32_t claim_defend_ipv6(uint8_t *frame, const struct claim *probe,
				  const uint8_t mac[MAC_SIZE])
{
	static const uint8_t all_nodes[] = {0x33, 0x33, 0, 0, 0, 1};
	static const uint8_t group[sizeof(struct in6_addr)] = {0xff, 2, [15] = 1};
	enum { SIZE = CLAIM_NEIGHBOUR + 8 }; /* with the option for the address */
	uint8_t *ip = frame + FRAME_HEADER;
	uint8_t *icmp = ip + LAYERS_IPV6;
	uint16_t sum;

	claim_make_header(frame, all_nodes, mac, ETH_P_IPV6);
	memset(ip, 0, LAYERS_IPV6 + SIZE);
	ip[0] = 0x60;
	ip[5] = SIZE;
	ip[6] = IPPROTO_ICMPV6;
	ip[7] = CLAIM_HOPS;
	memcpy(ip + 8, &probe->address, sizeof(probe->address));
	memcpy(ip + 24, group, sizeof(group));
	icmp[0] = ND_NEIGHBOR_ADVERT;
	icmp[4] = 0x20; /* override */
	memcpy(icmp + CLAIM_NEIGHBOUR_TARGET, &probe->address, sizeof(probe->address));
	icmp[CLAIM_NEIGHBOUR] = ND_OPT_TARGET_LINKADDR;
	icmp[CLAIM_NEIGHBOUR + 1] = 1;
	memcpy(icmp + CLAIM_NEIGHBOUR + 2, mac, MAC_SIZE);
	sum = (uint16_t)~checksum_fold(
		checksum_add(checksum_add_number(checksum_add_number(0, IPPROTO_ICMPV6), SIZE),
			     ip + 8, 2 * sizeof(struct in6_addr) + SIZE));
	memcpy(icmp + 2, &sum, sizeof(sum));
	return FRAME_HEADER + LAYERS_IPV6 + SIZE;
}

void claim_defend(struct frame *answer, uint8_t *memory, const struct claim *probe,
		  const struct frame *asked, const uint8_t mac[MAC_SIZE])
{
	memset(memory, 0, CLAIM_DEFENCE_MAX);
	*answer = (struct frame){.data = memory};
	answer->size = claim_is_ipv4(probe)
			       ? claim_defend_ipv4(memory, probe, asked->data + MAC_SIZE, mac)
			       : claim_defend_ipv6(memory, probe, mac);
	frame_pad(answer);
}
