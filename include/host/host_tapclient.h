/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client of tap:// who wants a TAP: whether he may have one, and the answer. */
#pragma once

#include "host_state.h"

/*
 * The bridge that TAPs join, by its index and name: ours, that of the network identifier, or that
 * of mode bridged. 0: it is gone.
 */
int host_tapclient_bridge(const struct host *host);
const char *host_tapclient_bridge_name(const struct host *host);

/* One of before, which is to join: as a new one is made. 0, or -errno. */
int host_tapclient_prepare(struct host *host, const struct guesttap *tap);

/* Makes a TAP that is guarded already a member of the bridge. 0, or -errno: it is none, and down.
 */
int host_tapclient_join(struct host *host, const struct guesttap *tap);

/* Why there is no TAP, or it is no member: an errno in words. */
const char *host_tapclient_explain(int error);

/*
 * Notes a TAP that the process pid (0: nobody knows) asked for, and makes it a member of the
 * bridge, guarded first. 0, or -errno: it is neither.
 */
int host_tapclient_keep(struct host *host, const struct guesttap *tap, pid_t pid);

/* Changes our rules for a TAP. 0, or -errno, which is logged. */
int host_tapclient_apply(struct host *host, const struct guesttap *tap, const char *commands);

/* Sets one apart from other guests, or no more. 0, or -errno, which is logged. */
int host_tapclient_isolate(struct host *host, struct host_tap *slot, bool isolated);

/* Whether the guest of a newcomer may have that address, as far as the host process knows. */
bool host_tapclient_may_have(struct host *host, const struct guesttap *tap,
			     const uint8_t mac[MAC_SIZE]);

/* From now on it has. 0, or -errno. */
int host_tapclient_adopt(struct host *host, struct host_tap *slot, const uint8_t mac[MAC_SIZE]);

/* Forgets one that is gone. */
void host_tapclient_forget(struct host *host, struct host_tap *slot);

/*
 * Answers the client whose connection came with the request, which is closed. 0, or -errno: no
 * worker may say so; then the connection stays open, for it can be anything.
 */
int host_tapclient_hand_out(struct host *host, const struct request *request, int fd);
