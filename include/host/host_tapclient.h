/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client of tap:// who wants a TAP: whether he may have one, and the answer. */
#pragma once

#include "host_state.h"

/* Notes a TAP, and makes it a member of our bridge, guarded first. 0, or -errno: it is neither. */
int host_tapclient_keep(struct host *host, const struct guesttap *tap);

/* Forgets one that is gone. */
void host_tapclient_forget(struct host *host, struct host_tap *slot);

/*
 * Answers the client whose connection came with the request, which is closed. 0, or -errno: no
 * worker may say so; then the connection stays open, for it can be anything.
 */
int host_tapclient_hand_out(struct host *host, const struct request *request, int fd);
