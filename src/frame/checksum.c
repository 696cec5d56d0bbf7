// SPDX-License-Identifier: GPL-2.0-or-later
#include "checksum.h"

#include <endian.h>
#include <string.h>

/*
 * Blocks are summed in vectors of 64-bit lanes, which every GNU C compiler maps to what the CPU
 * has. Each lane adds 32-bit halves: one sum of whole words, modulo 2^64, and one of their upper
 * halves, from which the sum of the lower halves follows. That is three operations per vector, and
 * no carry. 1448 bytes take 20 ns with AVX2 (73 GB/s), 31 ns with SSE2 (46 GB/s;
 * tests/bench/offload, AMD EPYC, gcc 12 -O2).
 */
enum { CHECKSUM_BLOCK = 64 };

#define CHECKSUM_BLOCKS(function, lanes, target)                                                   \
	static target uint64_t function(const uint8_t *data, size_t size)                          \
	{                                                                                          \
		const uint8_t *end = data + size / CHECKSUM_BLOCK * CHECKSUM_BLOCK;                \
		lanes words = {0}, upper = {0}, a, b;                                              \
		uint64_t sum = 0;                                                                  \
                                                                                                   \
		for (; data < end; data += 2 * sizeof(lanes)) {                                    \
			memcpy(&a, data, sizeof(a));                                               \
			memcpy(&b, data + sizeof(a), sizeof(b));                                   \
			words += a + b;                                                            \
			upper += (a >> 32) + (b >> 32);                                            \
		}                                                                                  \
		words += upper - (upper << 32); /* the lower halves plus the upper */              \
		for (size_t i = 0; i < sizeof(lanes) / sizeof(sum); i++)                           \
			sum += words[i];                                                           \
		return sum;                                                                        \
	}

typedef uint64_t checksum_lanes2 __attribute__((vector_size(16)));
typedef uint64_t checksum_lanes4 __attribute__((vector_size(32)));

CHECKSUM_BLOCKS(checksum_blocks, checksum_lanes2, )

#ifdef __x86_64__
CHECKSUM_BLOCKS(checksum_blocks_avx2, checksum_lanes4, __attribute__((target("avx2"))))

/* Checked at every call: a resolver (target_clones) would run before the sanitizers start. */
static uint64_t checksum_blocks_best(const uint8_t *data, size_t size)
{
	return __builtin_cpu_supports("avx2") ? checksum_blocks_avx2(data, size)
					      : checksum_blocks(data, size);
}
#else
static uint64_t checksum_blocks_best(const uint8_t *data, size_t size)
{
	return checksum_blocks(data, size);
}
#endif

uint64_t checksum_add(uint64_t sum, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	if (size >= CHECKSUM_BLOCK) {
		sum += checksum_blocks_best(bytes, size);
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
