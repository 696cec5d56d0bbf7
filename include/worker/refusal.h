/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a switch or a point-to-point endpoint refuses clients: counted by reason, and the first of
 * each reason in a minute is logged, with what to do. The client itself sees "Invalid argument" at
 * best.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "notice.h"

enum refusal {
	REFUSAL_REQUEST, /* it does not speak VDE */
	REFUSAL_SILENT,	 /* it sent nothing */
	REFUSAL_LATE,	 /* its request was not complete in time */
	REFUSAL_ABSENT,	 /* its socket is not where it says */
	REFUSAL_NAME,	 /* its abstract name does not exist */
	REFUSAL_RIGHTS,	 /* no permission to write to it */
	REFUSAL_OWNER,	 /* another user owns it */
	REFUSAL_KIND,	 /* it is not a socket, or nobody reads it */
	REFUSAL_ROOM,	 /* too many clients */
	REFUSAL_LENGTH,	 /* it sent an invalid length */
	REFUSAL_BUSY,	 /* the one client that fits is already there */
	REFUSAL_OTHER,
	REFUSALS,
};

struct refusals {
	uint64_t counts[REFUSALS];
	struct notice notices[REFUSALS];
};

/* The reason for an error (-errno) in reaching a client's socket. */
enum refusal refusal_of_socket(int error, bool abstract);

/* Counts a refusal of user at the endpoint with that locator. socket: what it named, or "". */
void refusals_note(struct refusals *refusals, enum refusal refusal, const char *locator,
		   const struct ucred *user, const char *socket, int error);

/* Logs one line with all of them, by reason; nothing if there are none. */
void refusals_log_counters(const struct refusals *refusals, const char *locator);
