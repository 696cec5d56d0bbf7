/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long the loop may wait in vain, for all who do not read together: an
 * eighth of the time, saved up to STALLBUDGET_MAX. So however many they are, they
 * cost the others no more. A wait for one who then reads is not in vain, and
 * costs nothing here.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	STALLBUDGET_MAX = 15000000, /* ns: what one who stops reading may take (peer.c) */
	STALLBUDGET_SHARE = 8,
};

struct stallbudget {
	int64_t left; /* ns */
	int64_t seen; /* ns, CLOCK_MONOTONIC: up to when it is accounted for */
};

/* Before a wait: whether there may be one. */
bool stallbudget_begin(struct stallbudget *budget);

/* After it: how long it was, in ns, which is spent now. */
int64_t stallbudget_end(struct stallbudget *budget);

/* Gives back what was spent on one who reads after all. */
void stallbudget_return(struct stallbudget *budget, int64_t spent);
