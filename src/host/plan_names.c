// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan_names.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "ula.h"

void plan_name_device(const char *name, char device[IF_NAMESIZE])
{
	int length = snprintf(device, IF_NAMESIZE, "vmnet-%s", name);

	if (length >= IF_NAMESIZE)
		snprintf(device, IF_NAMESIZE, "vmnet-%08" PRIx32,
			 (uint32_t)hash_fnv64(HASH_FNV64, name, strlen(name)));
}

void plan_name_tap(const char device[IF_NAMESIZE], char tap[IF_NAMESIZE])
{
	memcpy(tap, device, IF_NAMESIZE);
	tap[strlen("vmnet")] = '_'; /* vmnet-NAME, vmnet_NAME */
}

/* The underscore sets it apart: no network's name begins with one. */
void plan_name_bridge(const uint8_t id[UUID_SIZE], char bridge[IF_NAMESIZE])
{
	snprintf(bridge, IF_NAMESIZE, "vmnet-_%08" PRIx32,
		 (uint32_t)hash_fnv64(HASH_FNV64, id, UUID_SIZE));
}

void plan_make_mac(const char *seed, size_t size, uint8_t mac[MAC_SIZE])
{
	uint64_t hash = hash_fnv64(HASH_FNV64, seed, size);

	for (int i = 0; i < MAC_SIZE; i++)
		mac[i] = (uint8_t)(hash >> 8 * i);
	mac_make_local(mac);
}

struct in6_addr plan_make_prefix6(const char *seed, size_t size, unsigned n)
{
	char text[PLAN_SEED_MAX + 16];
	int length;

	assert(size <= PLAN_SEED_MAX);
	memcpy(text, seed, size);
	length = snprintf(text + size, sizeof(text) - size, " ipv6 %u", n);
	return ula_make(hash_fnv64(HASH_FNV64, text, size + (size_t)length));
}
