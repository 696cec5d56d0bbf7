// SPDX-License-Identifier: GPL-2.0-or-later
#include "layers.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>

enum {
	LAYERS_SNAP = 8, /* LLC and SNAP header, IEEE 802 */
	LAYERS_IPV4_FRAGMENT = 0x1fff,
	LAYERS_IPV4_MORE = 0x2000,
	LAYERS_IPV6_FRAGMENT = 0xfff8,
	LAYERS_IPV6_MORE = 1,
	LAYERS_TYPE_QINQ_OLD = 0x9100, /* tag type of double tagging before IEEE 802.1ad */
};

bool layers_skip(struct layers *layers, uint32_t size)
{
	if (size > layers->size)
		return false;
	layers->data += size;
	layers->size -= size;
	return true;
}

unsigned layers_read16(const uint8_t *data)
{
	return (unsigned)data[0] << 8 | data[1];
}

uint32_t layers_read32(const uint8_t *data)
{
	return (uint32_t)layers_read16(data) << 16 | layers_read16(data + 2);
}

/* Skips a tag or SNAP header of that type; false if there is none. */
static bool layers_unwrap(struct layers *layers, unsigned *type)
{
	static const uint8_t snap[][6] = {{0xaa, 0xaa, 3, 0, 0, 0}, {0xaa, 0xaa, 3, 0, 0, 0xf8}};

	if (*type == ETH_P_8021Q || *type == ETH_P_8021AD || *type == LAYERS_TYPE_QINQ_OLD) {
		if (layers->size < FRAME_TAG)
			return false;
		*type = layers_read16(layers->data + 2);
		return layers_skip(layers, FRAME_TAG);
	}
	if (*type >= ETH_P_802_3_MIN || layers->size < LAYERS_SNAP ||
	    (memcmp(layers->data, snap[0], sizeof(snap[0])) != 0 &&
	     memcmp(layers->data, snap[1], sizeof(snap[1])) != 0))
		return false;
	*type = layers_read16(layers->data + 6);
	return layers_skip(layers, LAYERS_SNAP);
}

/* Moves to the network layer. LAYERS_FOUND or LAYERS_HIDDEN. */
static enum layers_found layers_open(struct layers *layers, const struct frame *frame,
				     unsigned *type)
{
	*layers = (struct layers){frame->data + FRAME_HEADER, frame->size - FRAME_HEADER};
	*type = layers_read16(frame->data + MAC_SIZE + MAC_SIZE);
	for (unsigned n = 0; *type != ETH_P_IP && *type != ETH_P_IPV6 && *type != ETH_P_ARP; n++) {
		if (!layers_unwrap(layers, type))
			return LAYERS_FOUND;
		if (n == LAYERS_WRAPPINGS)
			return LAYERS_HIDDEN;
	}
	return LAYERS_FOUND;
}

/*
 * A packet ends where its length says. What follows is padding, which a receiver cuts off before it
 * looks for a header. Length 0 means that the packet is larger than the field can say.
 */
static void layers_end(struct layers *layers, uint32_t size)
{
	if (size > 0 && size < layers->size)
		layers->size = size;
}

/* Moves from an IPv4 header to what follows it and its options, like layers_open_ipv6(). */
static enum layers_found layers_open_ipv4(struct layers *layers, unsigned *protocol, bool *fragment)
{
	const uint8_t *ip = layers->data;
	unsigned fragmented;

	if (layers->size < LAYERS_IPV4)
		return LAYERS_OTHER;
	layers_end(layers, layers_read16(ip + 2));
	*protocol = ip[9];
	fragmented = layers_read16(ip + 6);
	*fragment = fragmented & LAYERS_IPV4_MORE;
	if (fragmented & LAYERS_IPV4_FRAGMENT)
		return LAYERS_LATER;
	return layers_skip(layers, (ip[0] & 0xfu) * 4) ? LAYERS_FOUND : LAYERS_OTHER;
}

/* The size of an extension header, or 0 if next is not one. */
static uint32_t layers_extension(const struct layers *layers, unsigned next)
{
	enum { MOBILITY = 135, HIP = 139, SHIM6 = 140 };

	switch (next) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
	case MOBILITY:
	case HIP:
	case SHIM6:
		return layers->size < 2 ? UINT32_MAX : (layers->data[1] + 1u) * 8;
	case IPPROTO_AH:
		return layers->size < 2 ? UINT32_MAX : (layers->data[1] + 2u) * 4;
	case IPPROTO_FRAGMENT:
		return 8;
	default:
		return 0;
	}
}

enum layers_found layers_open_ipv6(struct layers *layers, unsigned *protocol, bool *fragment)
{
	const uint8_t *ip = layers->data;
	unsigned next;

	*fragment = false;
	if (!layers_skip(layers, LAYERS_IPV6))
		return LAYERS_OTHER;
	layers_end(layers, layers_read16(ip + 4));
	next = ip[6];
	for (unsigned n = 0;; n++) {
		const uint8_t *header = layers->data;
		uint32_t size = layers_extension(layers, next);

		if (size == 0)
			break;
		/* All headers must be in the first fragment, RFC 7112. */
		if (n == LAYERS_EXTENSIONS || !layers_skip(layers, size))
			return LAYERS_HIDDEN;
		if (next == IPPROTO_FRAGMENT) {
			if (layers_read16(header + 2) & LAYERS_IPV6_FRAGMENT)
				return LAYERS_LATER;
			*fragment |= layers_read16(header + 2) & LAYERS_IPV6_MORE;
		}
		next = header[0];
	}
	*protocol = next;
	return LAYERS_FOUND;
}

void layers_dissect(struct layers_dissected *dissected, const struct frame *frame)
{
	*dissected = (struct layers_dissected){
		.frame = frame, .network = LAYERS_OTHER, .transport = LAYERS_OTHER};
	if (!frame_is_whole(frame))
		return;
	dissected->network = layers_open(&dissected->packet, frame, &dissected->type);
	if (dissected->network != LAYERS_FOUND)
		return;
	dissected->payload = dissected->packet;
	if (dissected->type == ETH_P_IP)
		dissected->transport = layers_open_ipv4(&dissected->payload, &dissected->protocol,
							&dissected->fragment);
	else if (dissected->type == ETH_P_IPV6)
		dissected->transport = layers_open_ipv6(&dissected->payload, &dissected->protocol,
							&dissected->fragment);
}
