/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What nft lists of a table, a counter or a set, read. Pure. */
#pragma once

#include <stdint.h>

/* The packets of the first counter of a list; 0 where there is none. */
uint64_t nftlist_packets(const char *list);

/* The packets of the counter of that name; 0 where there is none. */
uint64_t nftlist_counter(const char *list, const char *name);

/* Where the first element of the first set in a list begins; NULL: it is empty. */
const char *nftlist_first(const char *list);
