/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong, in one line for the user, and the exit status for it. A function that can fail for
 * a reason the user must act on fills one in and returns -1; the caller that knows nothing more can
 * be done prints it.
 *
 * User input (a path, a value) is cut at 200 bytes (%.200s), so that the reason after it always
 * fits.
 */
#pragma once

#include <stdbool.h>

enum {
	STATUS_STOPPED = 0, /* asked to stop */
	STATUS_FAILED = 1,  /* runtime failure */
	STATUS_USAGE = 2,   /* command line or configuration */
	STATUS_HOST = 3,    /* refused because of the host: conflict, missing tool, privilege */
	PROBLEM_MAX = 768,
};

struct problem {
	int status;  /* STATUS_*, 0 if there is none */
	bool passes; /* it may go away by itself: retrying makes sense */
	char text[PROBLEM_MAX];
};

/*
 * For a problem that may go away by itself. Its status is STATUS_FAILED, after which a service
 * retries.
 */
int problem_set_passing(struct problem *problem, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Fills in *problem; always returns -1, for use in a return statement. */
int problem_set(struct problem *problem, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
