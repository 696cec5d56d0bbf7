/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest must not claim to be: the gateway or, if the gateway is that itself, the network's
 * router or DHCP server. Judges one frame from a guest; pure.
 *
 * It is cheap for most traffic: two comparisons for TCP over IPv4.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "frame.h"
#include "layers.h"
#include "mac.h"

enum {
	GUARD_OWN6_MAX = 4,    /* addresses of the gateway in IPv6 */
	GUARD_OTHERS_MAX = 32, /* further addresses of its device, per family */
	GUARD_TEXT_MAX = 256,  /* of a guard as text */
};

/* Who the gateway is. */
struct guard {
	uint64_t mac;
	unsigned n_ipv4;
	uint32_t ipv4[1 + GUARD_OTHERS_MAX]; /* network byte order; the first is its own */
	unsigned n_ipv6;
	unsigned n_own6; /* of these, its own; the first is link-local, made from the MAC */
	struct in6_addr ipv6[GUARD_OWN6_MAX + GUARD_OTHERS_MAX];
	bool open4; /* it is neither router nor DHCP server in IPv4: a guest may be */
	bool open6;
	bool router6; /* it is not a router in IPv6, but a DHCP server: a guest may be the router */
};

enum guard_verdict {
	GUARD_PASS,
	GUARD_GATEWAY, /* uses or claims the gateway's MAC or address */
	GUARD_ROUTER,  /* router advertisement, redirect */
	GUARD_DHCP,    /* something only a DHCP server sends */
	GUARD_HIDDEN,  /* wrapped so that it cannot be judged */
	GUARD_VERDICTS,
};

/* Includes the link-local address. */
void guard_init(struct guard *guard, const uint8_t mac[MAC_SIZE], uint32_t ipv4);

/* Adds an address of the gateway. 0, or -ENOSPC. */
int guard_add_ipv6(struct guard *guard, const struct in6_addr *address);

/*
 * Replaces the further addresses that root gave the device; IPv4 is mapped (::ffff:0:0/96). Those
 * that do not fit are left out.
 */
void guard_set_others(struct guard *guard, const struct in6_addr *addresses, unsigned n);

/* Parses "MAC,IPV4[,IPV6]...", as the host process passes it to a worker. 0, or -EINVAL. */
int guard_parse(struct guard *guard, const char *text);

/* Whether it is one of the gateway's; IPv4 is mapped (::ffff:0:0/96). */
bool guard_has_address(const struct guard *guard, const struct in6_addr *address);

enum guard_verdict guard_judge(const struct guard *guard, const struct layers_dissected *packet);
