/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what nft lists for a table, a counter or a set. Pure. */
#pragma once

#include <stdint.h>

/* The packets of the first counter in a listing; 0 if there is none. */
uint64_t nftlist_packets(const char *list);

/* The packets of the counter with that name; 0 if there is none. */
uint64_t nftlist_counter(const char *list, const char *name);

/* Where the first element of the first set in a listing begins; NULL: the set is empty. */
const char *nftlist_first(const char *list);
