/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client of tap:// that wants a TAP: whether it may have one, and the answer. */
#pragma once

#include "host_state.h"

/*
 * The bridge that TAPs join, by index and by name: ours, the network identifier's, or that of mode
 * bridged. 0: it is gone.
 */
int host_tapclient_bridge(const struct host *host);
const char *host_tapclient_bridge_name(const struct host *host);

/* Sets up an existing TAP that is to join again, as a new one is set up. 0, or -errno. */
int host_tapclient_prepare(struct host *host, const struct guesttap *tap);

/* Makes a guarded TAP a member of the bridge. 0, or -errno: it is not a member, and down. */
int host_tapclient_join(struct host *host, const struct guesttap *tap);

/* Why a TAP cannot be made or cannot join: an errno in words. */
const char *host_tapclient_explain(int error);

/*
 * Adds a TAP that the process pid (0: unknown) asked for, guards it, and makes it a member of the
 * bridge. 0, or -errno: it is neither.
 */
int host_tapclient_keep(struct host *host, const struct guesttap *tap, pid_t pid);

/* Changes our rules for a TAP. 0, or -errno, which is logged. */
int host_tapclient_apply(struct host *host, const struct guesttap *tap, const char *commands);

/* Isolates one from other guests, or no longer. 0, or -errno, which is logged. */
int host_tapclient_isolate(struct host *host, struct host_tap *slot, bool isolated);

/* Whether a newcomer's guest may have this address, as far as the host process knows. */
bool host_tapclient_may_have(struct host *host, const struct guesttap *tap,
			     const uint8_t mac[MAC_SIZE]);

/* From now on it has this address. 0, or -errno. */
int host_tapclient_adopt(struct host *host, struct host_tap *slot, const uint8_t mac[MAC_SIZE]);

/* Forgets one that is gone. */
void host_tapclient_forget(struct host *host, struct host_tap *slot);

/*
 * Answers the client whose connection fd came with the request, and closes it. 0, or -errno: the
 * worker may not send that; then fd stays open, because it could be anything.
 */
int host_tapclient_hand_out(struct host *host, const struct request *request, int fd);
