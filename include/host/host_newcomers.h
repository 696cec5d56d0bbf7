/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TAPs whose guests bring MAC addresses of their own, of which neither QEMU nor libvirt tells the
 * bridge helper. Our rules let nothing pass from there, and note the sender of the first frame; if
 * nobody else has that address, it is the guest's from then on, and no other is.
 */
#pragma once

#include "host_state.h"

/* 0, or -errno. */
int host_newcomers_init(struct host *host);

/* One came: it is looked at until its address is known. */
void host_newcomers_came(struct host *host);

/* One went, which nothing is asked of any more: what was noted of it. */
void host_newcomers_forget(struct host *host, const struct host_tap *slot);

/* The worker has answered REQUEST_FIND. */
void host_newcomers_hear(struct host *host, const struct request *request);
