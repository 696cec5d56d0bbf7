/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happens to forwards, in the log and to clients of the control socket. */
#pragma once

#include "host_state.h"

enum {
	FORWARD_TELL_MAX = 8, /* that one change tells of, one by one; of more, how many */
};

/* Its address, or "-"; returns text. */
const char *forward_tell_address(const struct host_forward *forward, char text[ULA_TEXT_MAX]);

/* Where it leads now, or that it waits. */
void forward_tell_state(const struct host *host, const struct host_forward *forward);

void forward_tell_removed(const struct host *host, const struct host_forward *forward);

/* Of how many, where they are more than can be told of. */
void forward_tell_many(const struct host *host, unsigned added, unsigned removed, unsigned changed);
