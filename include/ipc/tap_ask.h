/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The client's side of tap:// (tap_message.h), for those of our programs that users run: asks a
 * network for a TAP.
 */
#pragma once

#include "tap_message.h"

enum { TAP_ASK_PATIENCE = 10 }; /* s: requests are served in turn, 20 a second */

/* A TAP that was handed out. */
struct tap_given {
	struct tap_answer answer;
	int fds[TAP_DESCRIPTORS_MAX]; /* answer.queues of the TAP, then answer.vhosts of vhost-net
				       */
};

/*
 * Asks at the socket path, as the current user, and waits for the answer. 0 with *given, whose
 * descriptors are the caller's, are close-on-exec, and hold the TAP. Or -errno, also if the network
 * refuses: then given->answer.why is its reason, for people; it is "" if there was no answer
 * (-ENOENT, -ECONNREFUSED: the network does not run; -EACCES: it is closed to this user;
 * -ETIMEDOUT; -ECONNRESET: it hung up; -EPROTO: what answered is not one of our networks).
 */
int tap_ask(const char *path, const struct tap_request *request, struct tap_given *given);

/* Closes them all: the device goes if nobody else holds it. */
void tap_give_back(struct tap_given *given);
