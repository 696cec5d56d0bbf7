/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a hash that nobody can predict without the key,
 * however many values they have seen. For names that must not be guessable, and tables in which
 * guests must not choose slots.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct siphash_key {
	uint64_t words[2]; /* random */
};

/* Of size bytes. */
uint64_t siphash(const struct siphash_key *key, const void *data, size_t size);
