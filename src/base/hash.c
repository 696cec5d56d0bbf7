// SPDX-License-Identifier: GPL-2.0-or-later
#include "hash.h"

/* The primes are those of RFC 9923: 2^24 + 2^8 + 0x93, and 2^40 + 2^8 + 0xb3. */
uint32_t hash_fnv32(uint32_t hash, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 0x01000193u;
	return hash;
}

uint64_t hash_fnv64(uint64_t hash, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3u;
	return hash;
}
