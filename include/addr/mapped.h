/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4 addresses as IPv6 ones (RFC 4291 section 2.5.5.2), for tables of both families. */
#pragma once

#include <netinet/in.h>
#include <string.h>

/* ::ffff:0:0/96, with the four bytes at ipv4 (network byte order). */
static inline struct in6_addr mapped_ipv4(const void *ipv4)
{
	struct in6_addr mapped = {.s6_addr = {[10] = 0xff, [11] = 0xff}};

	memcpy(&mapped.s6_addr[12], ipv4, sizeof(struct in_addr));
	return mapped;
}
