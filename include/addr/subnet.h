/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPv4 subnets: pure arithmetic. Addresses are in host byte order.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	SUBNET_PREFIX_MIN = 8,
	SUBNET_PREFIX_MAX = 30,
	SUBNET_TEXT_MAX = 20, /* "255.255.255.255/32" */
};

/* A network's addresses: the gateway is ours, the range is for guests. */
struct subnet {
	uint32_t gateway;
	unsigned prefix; /* bits */
	uint32_t dhcp_first;
	uint32_t dhcp_last;
};

/* A dotted quad: four decimal parts, no leading zeros. 0, or -EINVAL. */
int subnet_parse_address(const char *text, uint32_t *address);

/* A contiguous mask as a dotted quad. 0; -EINVAL: not a mask; -ERANGE: outside /8…/30. */
int subnet_parse_mask(const char *text, unsigned *prefix);

/* Formats address; returns text. */
const char *subnet_format(uint32_t address, char text[SUBNET_TEXT_MAX]);

/* The mask of prefix bits (0…32). */
uint32_t subnet_mask(unsigned prefix);

/* The first and last address of the prefix that contains address. */
uint32_t subnet_network(uint32_t address, unsigned prefix);
uint32_t subnet_broadcast(uint32_t address, unsigned prefix);

/* Whether two prefixes share an address. */
bool subnet_overlap(uint32_t a, unsigned prefix_a, uint32_t b, unsigned prefix_b);

/* Whether a host can have address: unicast, not loopback, not "this network" (RFC 6890). */
bool subnet_is_unicast(uint32_t address);

/*
 * Fills in *subnet. The range goes from the address after the gateway to dhcp_end or, if that is 0,
 * to the last host address. Returns NULL, or what is wrong, in words for the user (a constant
 * string).
 */
const char *subnet_init(struct subnet *subnet, uint32_t gateway, unsigned prefix,
			uint32_t dhcp_end);

/*
 * The third number of the first /24 that each mode tries, 192.168.N.0; shared skips that of host.
 */
enum { SUBNET_SHARED = 105, SUBNET_HOST = 106 };

/*
 * The nth /24 to try if the user gives none, starting with first; returns its gateway, .1, or 0
 * after the last.
 */
uint32_t subnet_candidate(unsigned first, unsigned n);
