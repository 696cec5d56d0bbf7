/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells of writes to sysctls below /proc/sys/net, by inotify(7): most are no event of rtnetlink.
 * One that is written by another mount of /proc, as of a container, is not seen.
 */
#pragma once

#include "loop.h"

struct sysctlwatch {
	struct source source;
	struct loop *loop;
	void (*changed)(struct sysctlwatch *watch);
};

/* Calls changed() after writes, once for many. 0, or -errno. */
int sysctlwatch_init(struct sysctlwatch *watch, struct loop *loop,
		     void (*changed)(struct sysctlwatch *watch));

/* Takes a zeroed one, and may be called twice. */
void sysctlwatch_finish(struct sysctlwatch *watch);

/* Watches that key (sysctl.h) as long as it is there; one that is not there is left out. */
void sysctlwatch_add(struct sysctlwatch *watch, const char *key);
