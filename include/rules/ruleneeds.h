/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What our rules need of the kernel, beyond nf_tables itself. Pure. */
#pragma once

#include <stdbool.h>

struct ruleneed {
	const char *expression; /* as nft calls it */
	const char *module;	/* of the kernel, that has it */
	const char *hook;	/* of a chain that it stands in: type, hook, priority */
	const char *rule;	/* a short one with it */
	bool outside;		/* only where guests reach an outside */
};

enum { RULENEEDS = 7, RULENEED_TEXT_MAX = 256 };

extern const struct ruleneed ruleneeds[RULENEEDS];

/* Writes commands of nft that a kernel takes if it has what is needed. Returns text. */
const char *ruleneed_format(const struct ruleneed *need, char text[RULENEED_TEXT_MAX]);

/* The first whose commands are refused, as can() says; NULL: none is. */
const struct ruleneed *ruleneed_find_missing(bool outside,
					     bool (*can)(void *context, const char *commands),
					     void *context);
