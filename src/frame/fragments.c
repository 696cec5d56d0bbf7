// SPDX-License-Identifier: GPL-2.0-or-later
#include "fragments.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>

#include "checksum.h"

enum {
	FRAGMENTS_OVERHEAD = 1024,    /* what the kernel charges per fragment beside its bytes */
	FRAGMENTS_LEAST = 2048,	      /* so that tiny ones cannot take all slots of the table */
	FRAGMENTS_HEADER6 = 8,	      /* bytes of the fragment header, RFC 8200 section 4.5 */
	FRAGMENTS_NEVER = UINT32_MAX, /* not a valid offset: it never finishes */
	FRAGMENTS_UNIT = 8,	      /* offsets are in units of this many bytes */
	FRAGMENTS_END_MAX = 65535,    /* the furthest end of a datagram */
	FRAGMENTS_NAME6 = 36,	      /* addresses and identification */
	FRAGMENTS_NAME_MAX =
		FRAME_HEADER + LAYERS_WRAPPINGS * LAYERS_WRAPPING_MAX + FRAGMENTS_NAME6,
};

/* s that the kernel keeps unfinished datagrams (ipfrag_time, nf_conntrack_frag6_timeout). */
static const uint32_t fragments_times[FRAGMENTS_FAMILIES] = {30, 60};

/* What one fragment says. */
struct fragments_part {
	unsigned family; /* index into families */
	uint64_t id;
	uint32_t offset; /* bytes */
	uint32_t size;	 /* bytes of payload */
	bool more;	 /* it is not the last one */
	bool counted;	 /* it can finish its datagram */
};

void fragments_init(struct fragments *fragments, const struct siphash_key *key)
{
	*fragments = (struct fragments){.key = *key};
}

/*
 * The kernel distinguishes datagrams by size bytes of name. Frames that it drops earlier, by their
 * Ethernet addresses or tags, must not finish a datagram here, so those are part of the id.
 */
static uint64_t fragments_id(const struct fragments *fragments,
			     const struct layers_dissected *packet, const void *name, size_t size)
{
	uint8_t text[FRAGMENTS_NAME_MAX];
	size_t outer = (size_t)(packet->packet.data - packet->frame->data);

	memcpy(text, packet->frame->data, outer);
	memcpy(text + outer, name, size);
	return siphash(&fragments->key, text, outer + size) | 1;
}

/* FRAGMENTS_FULL: it is a fragment, described in *part. */
static enum fragments_verdict fragments_read_ipv4(const struct fragments *fragments,
						  const struct layers_dissected *packet,
						  struct fragments_part *part)
{
	const struct layers *layers = &packet->packet;
	const uint8_t *ip = layers->data;
	uint8_t name[11];
	uint32_t header;
	uint32_t size;
	unsigned word;

	if (layers->size < LAYERS_IPV4)
		return FRAGMENTS_PASS;
	word = layers_read16(ip + 6);
	if ((word & 0x3fff) == 0)
		return FRAGMENTS_PASS;
	header = (ip[0] & 0xfu) * 4;
	size = layers_read16(ip + 2);
	/* What the kernel drops must not finish a datagram here. */
	if (ip[0] >> 4 != 4 || header < LAYERS_IPV4 || size <= header || size > layers->size ||
	    checksum_fold(checksum_add(0, ip, header)) != 0xffff)
		return FRAGMENTS_BAD;
	if ((word & 0x1fff) * FRAGMENTS_UNIT + size - header > FRAGMENTS_END_MAX)
		return FRAGMENTS_BAD;
	memcpy(name, ip + 12, 8);
	memcpy(name + 8, ip + 4, 2);
	name[10] = ip[9];
	*part = (struct fragments_part){.id = fragments_id(fragments, packet, name, sizeof(name)),
					.offset = (word & 0x1fff) * FRAGMENTS_UNIT,
					.size = size - header,
					.more = word & 0x2000,
					.counted = true};
	return FRAGMENTS_FULL;
}

/*
 * Extension headers before the fragment header can make the kernel drop one part of a datagram and
 * keep the others. Such a datagram counts as unfinished; that harms only those who send them on
 * purpose.
 */
static enum fragments_verdict fragments_read_hidden6(const struct fragments *fragments,
						     const struct layers_dissected *packet,
						     struct fragments_part *part)
{
	enum layers_found found = packet->transport;

	if (found != LAYERS_LATER && found != LAYERS_HIDDEN &&
	    !(found == LAYERS_FOUND && packet->fragment))
		return FRAGMENTS_PASS;
	*part = (struct fragments_part){
		.family = 1,
		.id = fragments_id(fragments, packet, packet->packet.data + 8, 32),
		.more = true};
	return FRAGMENTS_FULL;
}

/*
 * Whether a first fragment has its complete transport header, as it must (RFC 8200, section 4.5).
 * The kernel passes on others without storing them, but stores what follows. layers: at the IPv6
 * header of a packet with that payload.
 */
static bool fragments_has_transport6(struct layers layers, uint32_t payload)
{
	enum { TCP = 20, ICMP = 8 };
	unsigned protocol;
	bool first;

	layers.size = LAYERS_IPV6 + payload;
	if (layers_open_ipv6(&layers, &protocol, &first) != LAYERS_FOUND)
		return false;
	switch (protocol) {
	case IPPROTO_TCP:
		return layers.size >= TCP;
	case IPPROTO_UDP:
		return layers.size >= LAYERS_UDP;
	case IPPROTO_ICMPV6:
		return layers.size >= ICMP;
	default:
		return layers.size >= 1;
	}
}

static enum fragments_verdict fragments_read_ipv6(const struct fragments *fragments,
						  const struct layers_dissected *packet,
						  struct fragments_part *part)
{
	const struct layers *layers = &packet->packet;
	const uint8_t *ip = layers->data;
	const uint8_t *header = ip + LAYERS_IPV6;
	uint8_t name[FRAGMENTS_NAME6];
	unsigned word;
	uint32_t size;

	if (layers->size < LAYERS_IPV6)
		return FRAGMENTS_PASS;
	if (ip[0] >> 4 != 6)
		return FRAGMENTS_PASS; /* the kernel drops it at once */
	if (ip[6] != IPPROTO_FRAGMENT)
		return fragments_read_hidden6(fragments, packet, part);
	size = layers_read16(ip + 4);
	if (size <= FRAGMENTS_HEADER6 || size > layers->size - LAYERS_IPV6)
		return FRAGMENTS_BAD;
	word = layers_read16(header + 2);
	if ((word & 0xfff9) == 0)
		return FRAGMENTS_PASS; /* the whole of it, RFC 6946: nothing else is needed */
	/* What the kernel does not reassemble must not finish a datagram here. */
	if ((word & 0xfff8) + size - FRAGMENTS_HEADER6 > FRAGMENTS_END_MAX ||
	    ((word & 0xfff8) == 0 && !fragments_has_transport6(*layers, size)))
		return FRAGMENTS_BAD;
	memcpy(name, ip + 8, 32);
	memcpy(name + 32, header + 4, 4);
	*part = (struct fragments_part){.family = 1,
					.id = fragments_id(fragments, packet, name, sizeof(name)),
					.offset = word & 0xfff8,
					.size = size - FRAGMENTS_HEADER6,
					.more = word & 1,
					.counted = true};
	return FRAGMENTS_FULL;
}

static enum fragments_verdict fragments_read(const struct fragments *fragments,
					     const struct layers_dissected *packet,
					     struct fragments_part *part)
{
	if (packet->network != LAYERS_FOUND)
		return FRAGMENTS_PASS; /* nor does the kernel look that far */
	switch (packet->type) {
	case ETH_P_IP:
		return fragments_read_ipv4(fragments, packet, part);
	case ETH_P_IPV6:
		return fragments_read_ipv6(fragments, packet, part);
	default:
		return FRAGMENTS_PASS;
	}
}

static void fragments_release(struct fragments_family *family, struct fragments_datagram *datagram)
{
	family->held -= datagram->held;
	*datagram = (struct fragments_datagram){0};
}

/*
 * Releases what the kernel has given up. *held is then what counts for the port, including the
 * datagram itself, whoever owned it until now. Returns the datagram, or a free slot for it, or
 * NULL.
 */
static struct fragments_datagram *fragments_find(struct fragments_family *family, uint64_t id,
						 uint32_t port, uint32_t oldest, uint32_t now,
						 uint32_t *held)
{
	struct fragments_datagram *found = NULL;

	*held = 0;
	for (unsigned i = 0; i < FRAGMENTS_DATAGRAMS; i++) {
		struct fragments_datagram *datagram = &family->datagrams[i];

		if (datagram->id != 0 && now - datagram->began > oldest)
			fragments_release(family, datagram);
		if (datagram->id == id || (datagram->port == port && !datagram->left))
			*held += datagram->held;
		else if (datagram->port == port)
			*held += datagram->held / FRAGMENTS_LEFT;
		if (datagram->id == id || (datagram->id == 0 && (!found || found->id != id)))
			found = datagram;
	}
	return found;
}

/* Expects fragments in order; if one is missing or repeated, the datagram never finishes here. */
static bool fragments_is_finished(struct fragments_datagram *datagram,
				  const struct fragments_part *part)
{
	bool fits = part->counted && part->offset == datagram->next &&
		    (!part->more || part->size % FRAGMENTS_UNIT == 0);

	datagram->next = fits ? part->offset + part->size : FRAGMENTS_NEVER;
	return fits && !part->more;
}

static uint32_t fragments_memory(const struct frame *frame)
{
	uint32_t size = frame->size + FRAGMENTS_OVERHEAD;

	return size < FRAGMENTS_LEAST ? FRAGMENTS_LEAST : size;
}

enum fragments_verdict fragments_judge(struct fragments *fragments, uint32_t port,
				       const struct layers_dissected *packet, uint32_t now)
{
	struct fragments_part part;
	enum fragments_verdict verdict = fragments_read(fragments, packet, &part);
	struct fragments_family *family;
	struct fragments_datagram *datagram;
	uint32_t size = fragments_memory(packet->frame);
	uint32_t held;

	if (verdict != FRAGMENTS_FULL)
		return verdict;
	family = &fragments->families[part.family];
	datagram = fragments_find(family, part.id, port, fragments_times[part.family], now, &held);
	/* Including this one, the port may not hold more than it leaves. */
	if (!datagram || held + 2 * size > FRAGMENTS_BUDGET - family->held)
		return FRAGMENTS_FULL;
	if (datagram->id == 0)
		*datagram = (struct fragments_datagram){.id = part.id, .port = port, .began = now};
	if (!part.counted)
		datagram->began = now;
	datagram->port = port;
	datagram->left = false;
	datagram->held += size;
	family->held += size;
	if (fragments_is_finished(datagram, &part))
		fragments_release(family, datagram);
	return FRAGMENTS_PASS;
}

void fragments_forget(struct fragments *fragments, uint32_t port)
{
	for (unsigned family = 0; family < FRAGMENTS_FAMILIES; family++) {
		for (unsigned i = 0; i < FRAGMENTS_DATAGRAMS; i++) {
			struct fragments_datagram *datagram =
				&fragments->families[family].datagrams[i];

			datagram->left = datagram->left || datagram->port == port;
		}
	}
}
