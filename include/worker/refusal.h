/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a switch or a point sends clients away: counted by reason, and the first of each in a minute
 * told, with what to do. What the client itself is told is "Invalid argument" at best.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "notice.h"

enum refusal {
	REFUSAL_REQUEST, /* it does not speak VDE */
	REFUSAL_SILENT,	 /* it said nothing */
	REFUSAL_LATE,	 /* it did not say it in time */
	REFUSAL_ABSENT,	 /* its socket is not where it says */
	REFUSAL_NAME,	 /* nor its abstract name */
	REFUSAL_RIGHTS,	 /* it cannot be written to */
	REFUSAL_OWNER,	 /* it is another user's */
	REFUSAL_KIND,	 /* it is not a socket, or nobody reads it */
	REFUSAL_ROOM,	 /* there are too many clients */
	REFUSAL_LENGTH,	 /* it sent a length that no frame has */
	REFUSAL_BUSY,	 /* there is one, where one is all */
	REFUSAL_OTHER,
	REFUSALS,
};

struct refusals {
	uint64_t counts[REFUSALS];
	struct notice notices[REFUSALS];
};

/* The reason behind an error (-errno) of the way to a client's socket. */
enum refusal refusal_of_socket(int error, bool abstract);

/* Counts one of user at the endpoint of that locator. socket: what it named, or "". */
void refusals_note(struct refusals *refusals, enum refusal refusal, const char *locator,
		   const struct ucred *user, const char *socket, int error);

/* Writes a line with all of them, by reason; none where there are none. */
void refusals_log_counters(const struct refusals *refusals, const char *locator);
