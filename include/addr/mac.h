/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ethernet addresses. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	MAC_SIZE = 6,
	MAC_TEXT_MAX = 18,
	/* Of guests, that are told apart for a NIC, one by one. If there are more, it passes any.
	 */
	MAC_LIST_MAX = 64,
};

/*
 * By an address that begins so the host knows a guest whose port is isolated (portmacs.h): locally
 * administered, and in no use that is known. Four bytes follow.
 */
enum { MAC_APART_BITS = 32, MAC_APART = 0x766d };
#define MAC_APART_TEXT "76:6d:"

/* Six times two hexadecimal digits, with colons between. 0, or -EINVAL. */
int mac_parse(const char *text, uint8_t mac[MAC_SIZE]);

/* Writes it as mac_parse() reads it, in lower case; returns text. */
const char *mac_format(const uint8_t mac[MAC_SIZE], char text[MAC_TEXT_MAX]);

/* Makes any six bytes the address of one station, locally administered. */
void mac_make_local(uint8_t mac[MAC_SIZE]);

/* Whether one guest can have it. */
bool mac_is_station(const uint8_t mac[MAC_SIZE]);

/*
 * The link-local IPv6 address that is made of it (RFC 4291, appendix A): what Linux gives a device
 * unless it is told otherwise.
 */
struct in6_addr mac_link_local(const uint8_t mac[MAC_SIZE]);
