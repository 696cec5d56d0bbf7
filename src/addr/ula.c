// SPDX-License-Identifier: GPL-2.0-or-later
#include "ula.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { ULA_FIRST_BYTE = 0xfd, ULA_PREFIX_BYTES = ULA_BITS / 8 };

const char *ula_parse(const char *text, struct in6_addr *prefix)
{
	const char *slash = strchr(text, '/');
	size_t length = slash ? (size_t)(slash - text) : strlen(text);
	char address[ULA_TEXT_MAX];
	struct in6_addr result;

	if (length >= sizeof(address))
		return "not an IPv6 prefix; use one like fd12:3456:789a:bcde::";
	memcpy(address, text, length);
	address[length] = '\0';
	if (inet_pton(AF_INET6, address, &result) != 1)
		return "not an IPv6 prefix; use one like fd12:3456:789a:bcde::";
	if (slash && strcmp(slash, "/64") != 0)
		return "a prefix has 64 bits here; omit the length, or write /64";
	if (result.s6_addr[0] != ULA_FIRST_BYTE)
		return "not a unique local prefix; use one in fd00::/8";
	for (int i = ULA_PREFIX_BYTES; i < 16; i++) {
		if (result.s6_addr[i] != 0)
			return "has bits set after the first 64; use one like "
			       "fd12:3456:789a:bcde::";
	}
	*prefix = result;
	return NULL;
}

struct in6_addr ula_make(uint64_t number)
{
	struct in6_addr prefix = {.s6_addr = {ULA_FIRST_BYTE}};

	for (int i = ULA_PREFIX_BYTES - 1; i > 0; i--, number >>= 8)
		prefix.s6_addr[i] = (uint8_t)number;
	return prefix;
}

struct in6_addr ula_address(const struct in6_addr *prefix, uint16_t host)
{
	struct in6_addr address = *prefix;

	address.s6_addr[14] = (uint8_t)(host >> 8);
	address.s6_addr[15] = (uint8_t)host;
	return address;
}

struct in6_addr ula_gateway(const struct in6_addr *prefix)
{
	return ula_address(prefix, 1);
}

bool ula_same_start(const struct in6_addr *a, const struct in6_addr *b, unsigned bits)
{
	unsigned bytes = bits / 8;
	unsigned rest = bits % 8;

	if (memcmp(a->s6_addr, b->s6_addr, bytes) != 0)
		return false;
	return rest == 0 || (a->s6_addr[bytes] ^ b->s6_addr[bytes]) >> (8 - rest) == 0;
}

const char *ula_format(const struct in6_addr *address, char text[ULA_TEXT_MAX])
{
	return inet_ntop(AF_INET6, address, text, ULA_TEXT_MAX);
}
