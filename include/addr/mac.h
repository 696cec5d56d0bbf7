/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ethernet addresses. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	MAC_SIZE = 6,
	MAC_TEXT_MAX = 18,
	/* Guests' addresses given to a NIC one by one. If there are more, it passes any. */
	MAC_LIST_MAX = 64,
};

/*
 * The host recognizes a guest on an isolated port by this prefix (portmacs.h): locally
 * administered, and with no known other use. Four bytes follow.
 */
enum { MAC_APART_BITS = 32, MAC_APART = 0x766d };
#define MAC_APART_TEXT "76:6d:"

/* Six times two hexadecimal digits, separated by colons. 0, or -EINVAL. */
int mac_parse(const char *text, uint8_t mac[MAC_SIZE]);

/* Formats it for mac_parse(), in lower case; returns text. */
const char *mac_format(const uint8_t mac[MAC_SIZE], char text[MAC_TEXT_MAX]);

/* Turns any six bytes into a unicast, locally administered address. */
void mac_make_local(uint8_t mac[MAC_SIZE]);

/* Whether it can be the address of a single guest. */
bool mac_is_station(const uint8_t mac[MAC_SIZE]);

/*
 * The link-local IPv6 address made from it (RFC 4291, appendix A), which Linux gives a device by
 * default.
 */
struct in6_addr mac_link_local(const uint8_t mac[MAC_SIZE]);
