/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of iptables-legacy, which nftables does not show; accessed through the programs
 * iptables-legacy and ip6tables-legacy, because nothing else can. Reading takes CAP_NET_ADMIN and
 * CAP_NET_RAW; changing also takes the lock, root's, that everyone who changes them shares.
 *
 * These functions wait for the programs, even in callbacks of the loop, because a start, an end,
 * --check and --cleanup need the results at once. To keep the service's watchdog fed
 * (WatchdogSec=15, fed every 5 s), the total time of all calls in one callback is limited, whatever
 * holds the lock or hangs.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FIREWALL_LEGACY_TEXT_MAX = 1 << 20, /* bytes; about ten thousand rules */
	FIREWALL_LEGACY_CALL_TIME = 3000,   /* ms for one run; then it is killed */
	FIREWALL_LEGACY_TIME = 5000, /* ms for a look, including adding rules for what it finds */
	FIREWALL_LEGACY_UNDO_TIME = 3000, /* ms to remove all that is ours */
};

/*
 * Whether the kernel has a filter table of the family. If not, we run nothing, because that would
 * create one. Without the right to read that, we look for the kernel's module instead.
 */
bool firewall_legacy_in_use(bool ipv6);

/* Whether we can take the lock. */
bool firewall_legacy_may_change(void);

/*
 * What -S prints; "" for a family not in use. Waits until end (ms, clock_now()), but at most
 * FIREWALL_LEGACY_CALL_TIME. 0, or -errno: -ENOENT if it is not installed, -E2BIG for more than
 * size, -ETIMEDOUT.
 */
int firewall_legacy_list(bool ipv6, char *text, size_t size, int64_t end);

/*
 * Runs it with the words of a line, as -S prints them, and the comment, unless that is NULL. Waits
 * as firewall_legacy_list() does. 0, or -errno: -EBUSY if the lock could not be taken, -ETIMEDOUT.
 */
int firewall_legacy_run(bool ipv6, const char *line, const char *comment, int64_t end);

/*
 * Deletes all rules with that comment, in both families. Waits at most FIREWALL_LEGACY_UNDO_TIME.
 * Returns whether none is left.
 */
bool firewall_legacy_undo(const char *comment);
