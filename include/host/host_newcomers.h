/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TAPs whose guests bring their own MAC addresses, which neither QEMU nor libvirt tells the bridge
 * helper. Our rules let nothing through from such a TAP, but note the sender of its first frame. If
 * nobody else has that address, it becomes the guest's, and the guest may use no other.
 */
#pragma once

#include "host_state.h"

/* 0, or -errno. */
int host_newcomers_init(struct host *host);

/* One came: it is checked until its address is known. */
void host_newcomers_came(struct host *host);

/* One left, and the rules no longer guard it: drops the sender that was noted. */
void host_newcomers_forget(struct host *host, const struct host_tap *slot);

/* Handles the worker's answer to REQUEST_FIND. */
void host_newcomers_hear(struct host *host, const struct request *request);
