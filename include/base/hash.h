/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FNV-1a (RFC 9923): spreads a seed, tells strings apart, and offers no security. Values derived
 * from it, such as a network's MAC address, must not change between releases.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define HASH_FNV32 0x811c9dc5u	       /* the hash of nothing, to start with */
#define HASH_FNV64 0xcbf29ce484222325u /* the same for 64 bits */

/* hash: HASH_FNV32, or the hash of what comes before. Returns the hash with size more bytes. */
uint32_t hash_fnv32(uint32_t hash, const void *data, size_t size);

/* The same with 64 bits; its low 32 bits differ from hash_fnv32(). */
uint64_t hash_fnv64(uint64_t hash, const void *data, size_t size);
