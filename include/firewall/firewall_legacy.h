/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of iptables-legacy, which nftables does not show: by the programs
 * iptables-legacy and ip6tables-legacy, as nothing else speaks to them. To read
 * takes CAP_NET_ADMIN and CAP_NET_RAW; to change also the lock that all who do share,
 * which is root's.
 *
 * These functions wait for the programs, also in callbacks of the loop, because a start, an
 * end, --check and --cleanup need what they do at once. So that the service's watchdog
 * (WatchdogSec=15, fed every 5 s) stays fed, the time of all calls of one callback together
 * is bounded, whatever holds the lock or hangs.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FIREWALL_LEGACY_TEXT_MAX = 1 << 20, /* bytes; some ten thousand rules */
	FIREWALL_LEGACY_CALL_TIME = 3000,   /* ms for one run; after that it is killed */
	FIREWALL_LEGACY_TIME = 5000,	    /* ms for a look, what it finds to add included */
	FIREWALL_LEGACY_UNDO_TIME = 3000,   /* ms to take out all that is ours */
};

/*
 * Whether the kernel has a filter table of the family: nothing is run, and none made,
 * before. Anyone who may not read that goes by the kernel's module.
 */
bool firewall_legacy_in_use(bool ipv6);

/* Whether we can take the lock. */
bool firewall_legacy_may_change(void);

/*
 * What -S prints; "" for a family not in use. Waits for it, until end (ms, clock_now()), but
 * at most FIREWALL_LEGACY_CALL_TIME. 0, or -errno: -ENOENT where it is not installed, -E2BIG
 * for more than size, -ETIMEDOUT.
 */
int firewall_legacy_list(bool ipv6, char *text, size_t size, int64_t end);

/*
 * Runs it with the words of a line, as -S prints them, and the comment, unless that is NULL.
 * Waits as firewall_legacy_list() does. 0, or -errno: -EBUSY when the lock was not to be had,
 * -ETIMEDOUT.
 */
int firewall_legacy_run(bool ipv6, const char *line, const char *comment, int64_t end);

/*
 * Deletes every rule with that comment, in both families. Waits for it, at most
 * FIREWALL_LEGACY_UNDO_TIME. Whether none is left.
 */
bool firewall_legacy_undo(const char *comment);
