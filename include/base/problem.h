/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong, in one line for the user, and the exit status that goes with
 * it. Functions that can fail for a reason the user must act on fill one and
 * return -1; whoever knows that nothing more can be done prints it.
 *
 * What the user wrote is cut at 200 bytes (%.200s), a path and a value, so that
 * the reason behind them always fits.
 */
#pragma once

#include <stdbool.h>

enum {
	STATUS_STOPPED = 0, /* asked to stop */
	STATUS_FAILED = 1,  /* runtime failure */
	STATUS_USAGE = 2,   /* command line or configuration */
	STATUS_HOST = 3,    /* refused because of the host: conflict, tool, privilege */
	PROBLEM_MAX = 768,
};

struct problem {
	int status;  /* STATUS_*, 0 while there is none */
	bool passes; /* it may pass by itself: to try again makes sense */
	char text[PROBLEM_MAX];
};

/* For what may pass by itself: its status is STATUS_FAILED, which a service tries again after. */
int problem_set_passing(struct problem *problem, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Fills *problem; returns -1 so that it can be returned at once. */
int problem_set(struct problem *problem, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
