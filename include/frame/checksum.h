/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Internet checksum (RFC 1071).
 *
 * Sums are kept in memory byte order, which the arithmetic allows, and in 64 bits: 2^34 bytes can
 * be added before one overflows. They are folded to 16 bits once, at the end.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Adds a range, at any alignment, to a sum. A range of odd size counts as if followed by a zero
 * byte, as the standard says, so it must be the last one added.
 */
uint64_t checksum_add(uint64_t sum, const void *data, size_t size);

/* Adds a 16-bit number in host byte order: a length, a protocol. */
uint64_t checksum_add_number(uint64_t sum, uint16_t number);

/*
 * The value for a checksum field, in memory byte order: ~checksum_fold() for a complete checksum,
 * checksum_fold() for the partial one of a pseudo header. Over data with a valid checksum, the sum
 * folds to 0xffff.
 */
uint16_t checksum_fold(uint64_t sum);
