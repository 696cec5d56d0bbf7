// SPDX-License-Identifier: GPL-2.0-or-later
#include "mac.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "parse.h"

int mac_parse(const char *text, uint8_t mac[MAC_SIZE])
{
	static const char shape[] = "xx:xx:xx:xx:xx:xx";

	if (strlen(text) != strlen(shape))
		return -EINVAL;
	for (unsigned i = 0; shape[i]; i++) {
		if (shape[i] == ':' ? text[i] != ':' : parse_hex_digit(text[i]) < 0)
			return -EINVAL;
	}
	for (unsigned i = 0; i < MAC_SIZE; i++, text += 3)
		mac[i] = (uint8_t)(parse_hex_digit(text[0]) << 4 | parse_hex_digit(text[1]));
	return 0;
}

const char *mac_format(const uint8_t mac[MAC_SIZE], char text[MAC_TEXT_MAX])
{
	snprintf(text, MAC_TEXT_MAX, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	return text;
}

void mac_make_local(uint8_t mac[MAC_SIZE])
{
	mac[0] = (uint8_t)((mac[0] & 0xfc) | 0x02);
}

bool mac_is_station(const uint8_t mac[MAC_SIZE])
{
	static const uint8_t zero[MAC_SIZE];

	return !(mac[0] & 1) && memcmp(mac, zero, sizeof(zero)) != 0;
}

struct in6_addr mac_link_local(const uint8_t mac[MAC_SIZE])
{
	return (struct in6_addr){{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, mac[0] ^ 2, mac[1], mac[2], 0xff,
				   0xfe, mac[3], mac[4], mac[5]}}};
}
