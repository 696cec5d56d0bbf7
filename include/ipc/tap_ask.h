/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The client's side of tap:// (tap_message.h), for our programs of users: asks a network for a TAP.
 */
#pragma once

#include "tap_message.h"

enum { TAP_ASK_PATIENCE = 10 }; /* s: requests wait for their turn, 20 a second */

/* A TAP that was handed out. */
struct tap_given {
	struct tap_answer answer;
	int fds[TAP_DESCRIPTORS_MAX]; /* answer.queues of the TAP, then answer.vhosts */
};

/*
 * Asks at the socket path, as the user we are, and waits for the answer. 0 with *given, whose
 * descriptors are the caller's, close-on-exec, and go with the TAP; or -errno, also where the
 * network refuses: then given->answer.why says for people what it said, and is "" where it said
 * nothing (-ENOENT, -ECONNREFUSED: it does not run; -EACCES: it is closed to this user;
 * -ETIMEDOUT; -ECONNRESET: it hung up; -EPROTO: what answered is no network of ours).
 */
int tap_ask(const char *path, const struct tap_request *request, struct tap_given *given);

/* Closes all of them: the device is gone when nobody else holds it. */
void tap_give_back(struct tap_given *given);
