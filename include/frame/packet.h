/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The headers of an Ethernet frame with IP (RFC 791, 8200) and TCP or UDP in it (RFC 9293, 768):
 * where they are, checked against the frame's size and against the lengths in the headers.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"

enum {
	PACKET_IPV4_HEADER = 20, /* without options */
	PACKET_IPV6_HEADER = 40,
	PACKET_TCP_HEADER = 20, /* without options */
	PACKET_TCP_HEADER_MAX = 60,
	PACKET_UDP_HEADER = 8,
	/* The most headers that are parsed: the longest known, and 138 bytes of IPv6 options. */
	PACKET_HEADER_MAX = 256,
	PACKET_SIZE_MAX = 65535, /* of an IP packet, by its length fields */

	PACKET_DONT_FRAGMENT = 0x4000, /* in struct packet_ipv4's fragment */
};

/* The lower 12 bits of struct packet_tcp's flags. */
enum {
	PACKET_TCP_FIN = 0x001,
	PACKET_TCP_SYN = 0x002,
	PACKET_TCP_RST = 0x004,
	PACKET_TCP_PSH = 0x008,
	PACKET_TCP_ACK = 0x010,
	PACKET_TCP_URG = 0x020,
	PACKET_TCP_ECE = 0x040,
	PACKET_TCP_CWR = 0x080,
};

/* Headers as they are in a frame: big endian, unaligned. */
#define PACKET_WIRE __attribute__((packed, may_alias))

struct PACKET_WIRE packet_ipv4 {
	uint8_t version; /* and header size, in units of 4 bytes */
	uint8_t tos;
	uint16_t size; /* including this header */
	uint16_t id;
	uint16_t fragment;
	uint8_t ttl;
	uint8_t protocol;
	uint16_t checksum;
	uint8_t addresses[8];
};

struct PACKET_WIRE packet_ipv6 {
	uint32_t version; /* and traffic class and flow label */
	uint16_t payload_size;
	uint8_t next;
	uint8_t hop_limit;
	uint8_t addresses[32];
};

struct PACKET_WIRE packet_tcp {
	uint8_t ports[4];
	uint32_t seq;
	uint32_t ack;
	uint16_t flags; /* and, in the highest 4 bits, header size in units of 4 bytes */
	uint16_t window;
	uint16_t checksum;
	uint16_t urgent;
};

struct PACKET_WIRE packet_udp {
	uint8_t ports[4];
	uint16_t size; /* including this header */
	uint16_t checksum;
};

enum packet_kind {
	PACKET_OTHER, /* not IP, neither TCP nor UDP, truncated or malformed */
	/* IP that we cannot look into: fragments, IPv6 routing, over PACKET_HEADER_MAX. */
	PACKET_OPAQUE,
	PACKET_TCP,
	PACKET_UDP,
};

/* Offsets and sizes in bytes, set for TCP and UDP. */
struct packet {
	uint32_t l3;	       /* IP header */
	uint32_t l4;	       /* TCP or UDP header */
	uint32_t payload;      /* after that header */
	uint32_t payload_size; /* by the IP header: the frame's padding does not count */
	uint8_t version;       /* 4 or 6 */
	bool tagged;	       /* after an IEEE 802.1Q or 802.1ad tag */
	bool extended;	       /* with IPv4 options or IPv6 extension headers */
};

/*
 * For one that is parsed for every frame. If the compiler zeroes it first
 * (-ftrivial-auto-var-init), gro_join() is a tenth slower for frames that cannot be joined
 * (tests/bench/offload.c).
 */
#ifdef __has_attribute
#if __has_attribute(uninitialized)
#define PACKET_PARSED __attribute__((uninitialized))
#endif
#endif
#ifndef PACKET_PARSED
#define PACKET_PARSED
#endif

/*
 * Parses arbitrary bytes. Skips IPv6 hop-by-hop and destination options, and one tag. Does not
 * check checksums, nor the length in a UDP header beyond its presence.
 */
enum packet_kind packet_parse(struct packet *packet, const struct frame *frame);

/* Source and destination of a parsed packet, adjacent, and their size. */
const uint8_t *packet_addresses(const struct packet *packet, const struct frame *frame);
uint32_t packet_addresses_size(const struct packet *packet);

/*
 * Sum (checksum.h) of a parsed packet's pseudo header without the length, which is that of L4
 * header and payload.
 */
uint64_t packet_pseudo_sum(const struct packet *packet, const struct frame *frame,
			   enum packet_kind kind);
