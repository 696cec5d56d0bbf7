// SPDX-License-Identifier: GPL-2.0-or-later
#include "checksum.h"

#include <endian.h>
#include <string.h>

/*
 * Blocks are summed in vectors of 64 bit lanes, which every compiler of GNU C
 * maps to what the processor has. A lane takes 32 bit halves: one sum of whole
 * words, modulo 2^64, and one of their upper halves, from which the sum of the
 * lower ones follows: three operations for a vector, and no carry. With AVX2,
 * 1448 bytes take 22 ns (64 GB/s; tests/bench/offload, AMD EPYC, gcc 12 -O2).
 */
enum { CHECKSUM_VECTOR = 32, CHECKSUM_BLOCK = 2 * CHECKSUM_VECTOR };

typedef uint64_t checksum_lanes __attribute__((vector_size(CHECKSUM_VECTOR)));

static inline __attribute__((always_inline)) uint64_t checksum_blocks(const uint8_t *data, size_t n)
{
	checksum_lanes words = {0}, upper = {0};

	for (; n > 0; n--, data += CHECKSUM_BLOCK) {
		checksum_lanes a, b;

		memcpy(&a, data, sizeof(a));
		memcpy(&b, data + sizeof(a), sizeof(b));
		words += a + b;
		upper += (a >> 32) + (b >> 32);
	}
	words += upper - (upper << 32); /* the lower halves and the upper */
	return words[0] + words[1] + words[2] + words[3];
}

#ifdef __x86_64__
/* Looked up where it is used: a resolver (target_clones) would run before the sanitizers do. */
static __attribute__((target("avx2"))) uint64_t checksum_blocks_avx2(const uint8_t *data, size_t n)
{
	return checksum_blocks(data, n);
}

static uint64_t checksum_blocks_best(const uint8_t *data, size_t n)
{
	return __builtin_cpu_supports("avx2") ? checksum_blocks_avx2(data, n)
					      : checksum_blocks(data, n);
}
#else
static uint64_t checksum_blocks_best(const uint8_t *data, size_t n)
{
	return checksum_blocks(data, n);
}
#endif

uint64_t checksum_add(uint64_t sum, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	if (size >= CHECKSUM_BLOCK) {
		sum += checksum_blocks_best(bytes, size / CHECKSUM_BLOCK);
		bytes += size / CHECKSUM_BLOCK * CHECKSUM_BLOCK;
		size %= CHECKSUM_BLOCK;
	}
	for (; size >= sizeof(uint32_t); size -= sizeof(uint32_t)) {
		uint32_t word;

		memcpy(&word, bytes, sizeof(word));
		sum += word;
		bytes += sizeof(word);
	}
	if (size > 0) {
		uint32_t word = 0;

		memcpy(&word, bytes, size);
		sum += word;
	}
	return sum;
}

uint64_t checksum_add_number(uint64_t sum, uint16_t number)
{
	return sum + htobe16(number);
}

uint16_t checksum_fold(uint64_t sum)
{
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)sum;
}
