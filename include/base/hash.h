/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FNV-1a (RFC 9923): spreads a seed and tells texts apart, protects nothing. What is made
 * of it, such as a network's MAC address, stays over releases.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define HASH_FNV32 0x811c9dc5u	       /* the hash of nothing, to begin with */
#define HASH_FNV64 0xcbf29ce484222325u /* likewise, 64 bits */

/* hash: HASH_FNV32, or the hash of what comes before. Returns the hash with size bytes more. */
uint32_t hash_fnv32(uint32_t hash, const void *data, size_t size);

/* The same with 64 bits; its low 32 are another hash than that of hash_fnv32(). */
uint64_t hash_fnv64(uint64_t hash, const void *data, size_t size);
