// SPDX-License-Identifier: GPL-2.0-or-later
#include "subnet.h"

#include <errno.h>
#include <stdio.h>

int subnet_parse_address(const char *text, uint32_t *address)
{
	uint32_t result = 0;

	for (int part = 0; part < 4; part++) {
		unsigned value = 0;
		int digits = 0;

		if (part > 0 && *text++ != '.')
			return -EINVAL;
		for (; *text >= '0' && *text <= '9'; text++, digits++) {
			if (digits > 0 && value == 0)
				return -EINVAL; /* a leading zero: some read that as octal */
			value = value * 10 + (unsigned)(*text - '0');
			if (value > 255)
				return -EINVAL;
		}
		if (digits == 0)
			return -EINVAL;
		result = result << 8 | value;
	}
	if (*text != '\0')
		return -EINVAL;
	*address = result;
	return 0;
}

int subnet_parse_mask(const char *text, unsigned *prefix)
{
	uint32_t mask;

	if (subnet_parse_address(text, &mask) < 0)
		return -EINVAL;
	for (unsigned bits = 0; bits <= 32; bits++) {
		if (mask != subnet_mask(bits))
			continue;
		if (bits < SUBNET_PREFIX_MIN || bits > SUBNET_PREFIX_MAX)
			return -ERANGE;
		*prefix = bits;
		return 0;
	}
	return -EINVAL;
}

const char *subnet_format(uint32_t address, char text[SUBNET_TEXT_MAX])
{
	snprintf(text, SUBNET_TEXT_MAX, "%u.%u.%u.%u", address >> 24, address >> 16 & 255,
		 address >> 8 & 255, address & 255);
	return text;
}

uint32_t subnet_mask(unsigned prefix)
{
	return prefix == 0 ? 0 : UINT32_MAX << (32 - prefix);
}

uint32_t subnet_network(uint32_t address, unsigned prefix)
{
	return address & subnet_mask(prefix);
}

uint32_t subnet_broadcast(uint32_t address, unsigned prefix)
{
	return address | ~subnet_mask(prefix);
}

bool subnet_overlap(uint32_t a, unsigned prefix_a, uint32_t b, unsigned prefix_b)
{
	unsigned shorter = prefix_a < prefix_b ? prefix_a : prefix_b;

	return subnet_network(a, shorter) == subnet_network(b, shorter);
}

bool subnet_is_unicast(uint32_t address)
{
	unsigned first = address >> 24;

	return first != 0 && first != 127 && first < 224;
}

const char *subnet_init(struct subnet *subnet, uint32_t gateway, unsigned prefix, uint32_t dhcp_end)
{
	uint32_t network = subnet_network(gateway, prefix);
	uint32_t broadcast = subnet_broadcast(gateway, prefix);

	*subnet = (struct subnet){.gateway = gateway,
				  .prefix = prefix,
				  .dhcp_first = gateway + 1,
				  .dhcp_last = dhcp_end ? dhcp_end : broadcast - 1};
	if (!subnet_is_unicast(gateway))
		return "the gateway is not an address a host can have";
	if (gateway == network || gateway == broadcast)
		return "the gateway is the subnet's network or broadcast address";
	if (gateway == broadcast - 1)
		return "the subnet has no address after the gateway, where DHCP starts";
	if (subnet_network(subnet->dhcp_last, prefix) != network)
		return "the end of the DHCP range is outside the gateway's subnet";
	if (subnet->dhcp_last == broadcast)
		return "the end of the DHCP range is the subnet's broadcast address";
	if (subnet->dhcp_last < subnet->dhcp_first)
		return "the end of the DHCP range is before its start, the address after the "
		       "gateway";
	return NULL;
}

uint32_t subnet_candidate(unsigned first, unsigned n)
{
	enum { LAST = 254 };
	const uint32_t private_16 = 192u << 24 | 168u << 16; /* RFC 1918 */
	const uint32_t private_8 = 10u << 24 | 105u << 16;
	unsigned third = first + n;

	if (first < SUBNET_HOST && third >= SUBNET_HOST)
		third++;
	if (third <= LAST)
		return private_16 | third << 8 | 1;
	third -= LAST + 1;
	return third <= 255 ? (private_8 | third << 8 | 1) : 0;
}
