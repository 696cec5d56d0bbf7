/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports what happens to forwards, in the log and to clients of the control socket. */
#pragma once

#include "host_state.h"

enum {
	FORWARD_TELL_MAX = 8, /* forwards that one change reports one by one; beyond, how many */
};

/* Its guest's address, or "-"; returns text. */
const char *forward_tell_address(const struct host_forward *forward, char text[ULA_TEXT_MAX]);

/* Reports where it leads now, or that it waits. */
void forward_tell_state(const struct host *host, const struct host_forward *forward);

void forward_tell_removed(const struct host *host, const struct host_forward *forward);

/* Reports how many changed, if there are too many to report one by one. */
void forward_tell_many(const struct host *host, unsigned added, unsigned removed, unsigned changed);
