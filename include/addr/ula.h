/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IPv6 prefix of a network: a unique local /64 (RFC 4193), and the pool for DHCPv6. Pure;
 * addresses are in the kernel's form.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	ULA_BITS = 64, /* what a guest needs to form its own address, RFC 4862 */
	ULA_POOL_FIRST = 0x1000,
	ULA_POOL_LAST = 0x1fff,
	ULA_TEXT_MAX = 48, /* INET6_ADDRSTRLEN, and some */
};

/*
 * "fd12:3456:789a:bcde::", with or without "/64". Returns NULL with *prefix, or what is wrong, in
 * words for the user (a constant string).
 */
const char *ula_parse(const char *text, struct in6_addr *prefix);

/* The prefix for a number: its low 56 bits become global ID and subnet ID. */
struct in6_addr ula_make(uint64_t number);

/* An address in the prefix, by its last 16 bits; the gateway has the first. */
struct in6_addr ula_address(const struct in6_addr *prefix, uint16_t host);
struct in6_addr ula_gateway(const struct in6_addr *prefix);

/* Whether the first bits (0 to 128) of both are the same. */
bool ula_same_start(const struct in6_addr *a, const struct in6_addr *b, unsigned bits);

/* Formats an address; returns text. */
const char *ula_format(const struct in6_addr *address, char text[ULA_TEXT_MAX]);
