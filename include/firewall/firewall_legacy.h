/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of iptables-legacy, which nftables does not show: by the programs
 * iptables-legacy and ip6tables-legacy, as nothing else speaks to them. To read
 * takes CAP_NET_ADMIN and CAP_NET_RAW; to change also the lock that all who do share,
 * which is root's. No call takes longer than LEGACY_PATIENCE.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
	LEGACY_TEXT_MAX = 1 << 20, /* bytes; some ten thousand rules */
	LEGACY_PATIENCE = 3000,	   /* ms; a lock that is held, a program that hangs */
};

/*
 * Whether the kernel has a filter table of the family: nothing is run, and none made,
 * before. Who may not read that goes by the kernel's module.
 */
bool legacy_in_use(bool ipv6);

/* Whether we can take the lock. */
bool legacy_may_change(void);

/*
 * What -S prints; "" for a family not in use. 0, or -errno: -ENOENT where it is not
 * installed, -E2BIG for more than size, -ETIMEDOUT.
 */
int legacy_list(bool ipv6, char *text, size_t size);

/*
 * Runs it with the words of a line, as -S prints them, and the comment. 0, or -errno:
 * -EBUSY when the lock was not to be had.
 */
int legacy_run(bool ipv6, const char *line, const char *comment);

/* Deletes every rule with that comment. Whether none is left. */
bool legacy_undo(const char *comment);
