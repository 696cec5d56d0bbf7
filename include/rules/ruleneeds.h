/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What our rules need of the kernel, beyond nf_tables itself. Pure. */
#pragma once

#include <stdbool.h>

struct ruleneed {
	const char *expression; /* its name in nft */
	const char *module;	/* the kernel module that provides it */
	const char *hook;	/* of a chain where it may be used: type, hook, priority */
	const char *rule;	/* a short one that uses it */
	bool outside;		/* only if guests can get out */
};

enum { RULENEEDS = 7, RULENEED_TEXT_MAX = 256 };

extern const struct ruleneed ruleneeds[RULENEEDS];

/* Writes nft commands that a kernel accepts if it has what is needed. Returns text. */
const char *ruleneed_format(const struct ruleneed *need, char text[RULENEED_TEXT_MAX]);

/* The first whose commands are refused, according to can(); NULL: none. */
const struct ruleneed *ruleneed_find_missing(bool outside,
					     bool (*can)(void *context, const char *commands),
					     void *context);
