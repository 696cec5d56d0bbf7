// SPDX-License-Identifier: GPL-2.0-or-later
#include "receiver.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

enum {
	RECEIVER_IPV4_ADDRESS = 4, /* bytes */
	RECEIVER_IPV6_ADDRESS = 16,
	RECEIVER_PORTS = 4,
	RECEIVER_TCP_ACK = 8, /* offset in the TCP header */
	RECEIVER_TCP_FLAGS = 13,
	RECEIVER_ICMP = 8, /* bytes before the quoted packet */
	RECEIVER_ICMP_UNREACHABLE = 3,
	RECEIVER_ICMP_FRAGMENTATION_NEEDED = 4,
	RECEIVER_ICMPV6_TOO_BIG = 2,
	RECEIVER_OPTION_END = 0,
	RECEIVER_OPTION_NOTHING = 1,
	RECEIVER_OPTION_MSS = 2,
	RECEIVER_OPTION_MSS_SIZE = 4,
};

/* addresses and ports: source, then destination. The flow's sender is the source. */
static void receiver_set_flow(struct receiver_flow *flow, uint32_t version,
			      const uint8_t *addresses, const uint8_t *ports)
{
	size_t size = version == 4 ? RECEIVER_IPV4_ADDRESS : RECEIVER_IPV6_ADDRESS;

	*flow = (struct receiver_flow){.version = version};
	memcpy(flow->sender, addresses, size);
	memcpy(flow->receiver, addresses + size, size);
	memcpy(flow->sender_port, ports, sizeof(flow->sender_port));
	memcpy(flow->receiver_port, ports + sizeof(flow->sender_port), sizeof(flow->receiver_port));
}

/* The same for a packet from the receiver. */
static void receiver_set_answered(struct receiver_flow *flow, uint32_t version,
				  const uint8_t *addresses, const uint8_t *ports)
{
	struct receiver_flow back;

	receiver_set_flow(&back, version, addresses, ports);
	*flow = back;
	memcpy(flow->sender, back.receiver, sizeof(flow->sender));
	memcpy(flow->receiver, back.sender, sizeof(flow->receiver));
	memcpy(flow->sender_port, back.receiver_port, sizeof(flow->sender_port));
	memcpy(flow->receiver_port, back.sender_port, sizeof(flow->receiver_port));
}

void receiver_flow_of(struct receiver_flow *flow, const struct packet *packet,
		      const struct frame *frame)
{
	receiver_set_flow(flow, packet->version, packet_addresses(packet, frame),
			  frame->data + packet->l4);
}

static const uint8_t *receiver_addresses(const struct layers *packet, bool ipv6)
{
	return packet->data + (ipv6 ? LAYERS_IPV6 - 2 * RECEIVER_IPV6_ADDRESS
				    : LAYERS_IPV4 - 2 * RECEIVER_IPV4_ADDRESS);
}

/* The smallest MSS in the options (size bytes), or the default if there is none. */
static uint16_t receiver_read_mss(const uint8_t *options, uint32_t size, bool ipv6)
{
	uint16_t mss = 0;
	uint32_t length;

	for (uint32_t at = 0; at < size && options[at] != RECEIVER_OPTION_END; at += length) {
		length = 1;
		if (options[at] == RECEIVER_OPTION_NOTHING)
			continue;
		length = at + 1 < size ? options[at + 1] : 0;
		if (length < 2 || length > size - at)
			break;
		if (options[at] == RECEIVER_OPTION_MSS && length == RECEIVER_OPTION_MSS_SIZE) {
			uint16_t said = (uint16_t)layers_read16(options + at + 2);

			mss = mss == 0 || said < mss ? said : mss;
		}
	}
	if (mss > 0)
		return mss;
	return ipv6 ? RECEIVER_MSS_IPV6 : RECEIVER_MSS_IPV4;
}

/* What a segment of that size tells, header included. */
static enum receiver_said receiver_kind(unsigned flags, uint32_t header, uint32_t size)
{
	flags &= PACKET_TCP_SYN | PACKET_TCP_FIN | PACKET_TCP_RST | PACKET_TCP_ACK;
	if (header < PACKET_TCP_HEADER || header > size)
		return RECEIVER_NOTHING;
	if ((flags & ~PACKET_TCP_ACK) == PACKET_TCP_SYN)
		return RECEIVER_MSS;
	return flags == PACKET_TCP_ACK && size == header ? RECEIVER_HAS : RECEIVER_NOTHING;
}

static enum receiver_said receiver_read_tcp(struct receiver_flow *flow, uint32_t *number,
					    const struct layers_dissected *packet)
{
	const struct layers *tcp = &packet->payload;
	bool ipv6 = packet->type == ETH_P_IPV6;
	enum receiver_said said;
	uint32_t header;

	if (tcp->size < PACKET_TCP_HEADER)
		return RECEIVER_NOTHING;
	header = (tcp->data[RECEIVER_TCP_FLAGS - 1] >> 4) * 4u;
	said = receiver_kind(tcp->data[RECEIVER_TCP_FLAGS], header, tcp->size);
	if (said == RECEIVER_NOTHING)
		return said;
	receiver_set_answered(flow, ipv6 ? 6 : 4, receiver_addresses(&packet->packet, ipv6),
			      tcp->data);
	*number = said == RECEIVER_HAS ? layers_read32(tcp->data + RECEIVER_TCP_ACK)
				       : receiver_read_mss(tcp->data + PACKET_TCP_HEADER,
							   header - PACKET_TCP_HEADER, ipv6);
	return said;
}

/* Moves from an error's quoted IPv4 packet to its ports; false: there are none. */
static bool receiver_open_quoted4(struct layers *quoted)
{
	const uint8_t *ip = quoted->data;
	uint32_t header;

	if (quoted->size < LAYERS_IPV4 || ip[9] != IPPROTO_TCP ||
	    (layers_read16(ip + 6) & 0x1fff) != 0)
		return false;
	header = (ip[0] & 0xfu) * 4;
	return header >= LAYERS_IPV4 && layers_skip(quoted, header);
}

static bool receiver_open_quoted6(struct layers *quoted)
{
	unsigned protocol;
	bool fragment;

	return layers_open_ipv6(quoted, &protocol, &fragment) == LAYERS_FOUND &&
	       protocol == IPPROTO_TCP;
}

/* An error quotes the packet that it is about, at least up to the ports. */
static enum receiver_said receiver_read_error(struct receiver_flow *flow, uint32_t *mtu,
					      const struct layers_dissected *packet)
{
	const uint8_t *icmp = packet->payload.data;
	bool ipv6 = packet->type == ETH_P_IPV6;
	struct layers ports = packet->payload;
	struct layers quoted;

	if (!layers_skip(&ports, RECEIVER_ICMP))
		return RECEIVER_NOTHING;
	quoted = ports;
	if (!(ipv6 ? receiver_open_quoted6(&ports) : receiver_open_quoted4(&ports)) ||
	    ports.size < RECEIVER_PORTS)
		return RECEIVER_NOTHING;
	receiver_set_flow(flow, ipv6 ? 6 : 4, receiver_addresses(&quoted, ipv6), ports.data);
	*mtu = ipv6 ? layers_read32(icmp + RECEIVER_ICMP - sizeof(uint32_t))
		    : layers_read16(icmp + RECEIVER_ICMP - sizeof(uint16_t));
	return RECEIVER_NARROW;
}

enum receiver_said receiver_read(struct receiver_flow *flow, uint32_t *number,
				 const struct layers_dissected *packet)
{
	const uint8_t *data = packet->payload.data;
	bool whole = packet->transport == LAYERS_FOUND && !packet->fragment;

	if (!whole)
		return RECEIVER_NOTHING;
	if (packet->protocol == IPPROTO_TCP)
		return receiver_read_tcp(flow, number, packet);
	if (packet->payload.size < RECEIVER_ICMP)
		return RECEIVER_NOTHING;
	if ((packet->type == ETH_P_IP && packet->protocol == IPPROTO_ICMP &&
	     data[0] == RECEIVER_ICMP_UNREACHABLE &&
	     data[1] == RECEIVER_ICMP_FRAGMENTATION_NEEDED) ||
	    (packet->type == ETH_P_IPV6 && packet->protocol == IPPROTO_ICMPV6 &&
	     data[0] == RECEIVER_ICMPV6_TOO_BIG))
		return receiver_read_error(flow, number, packet);
	return RECEIVER_NOTHING;
}

uint64_t receiver_id(const struct siphash_key *key, const struct receiver_flow *flow)
{
	return siphash(key, flow, sizeof(*flow)) | 1;
}

uint64_t receiver_address_id(const struct siphash_key *key, const struct receiver_flow *flow)
{
	struct receiver_flow all = {.version = flow->version};

	memcpy(all.receiver, flow->receiver, sizeof(all.receiver));
	return receiver_id(key, &all);
}
