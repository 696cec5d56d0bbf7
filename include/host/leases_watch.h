/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports when dnsmasq has written its lease file, as it does at each lease. */
#pragma once

#include "filewatch.h"
#include "settle.h"

struct leases_watch {
	struct filewatch file;
	struct settle settle;
	void (*changed)(struct leases_watch *watch);
};

/* Calls changed() soon after the file changes. The file must exist. 0, or -errno. */
int leases_watch_start(struct leases_watch *watch, struct loop *loop, const char *path,
		       void (*changed)(struct leases_watch *watch));

/* Takes a zeroed one, and may be called twice. */
void leases_watch_stop(struct leases_watch *watch);
