/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Internet checksum (RFC 1071).
 *
 * Sums are kept in the byte order of memory, which the arithmetic allows, and
 * wide: 2^34 bytes can be added up before one overflows. They become 16 bits
 * once, at the end.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Adds a range, at any alignment, to a sum. One of odd size is taken with a zero
 * behind it, as the standard says, so it must be the last of the sum.
 */
uint64_t checksum_add(uint64_t sum, const void *data, size_t size);

/* Adds a 16 bit number in host byte order: a length, a protocol. */
uint64_t checksum_add_number(uint64_t sum, uint16_t number);

/*
 * What goes into a checksum field, as it lies in memory: ~checksum_fold() for a
 * complete checksum, checksum_fold() for the partial one of a pseudo header.
 * Over data that holds a valid checksum the sum folds to 0xffff.
 */
uint16_t checksum_fold(uint64_t sum);
