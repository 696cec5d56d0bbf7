/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dnsmasq's output, as lines of our log: what it prints at every start is debug, everything else a
 * warning. It does not get the terminal or the journal itself, where it could write anything.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "loop.h"
#include "ratelimit.h"

enum {
	DNSMASQ_LOG_LINE_MAX = 1280,  /* bytes; a message has at most 1024; the rest is cut */
	DNSMASQ_LOG_READ_MAX = 4096,  /* bytes per turn of the loop */
	DNSMASQ_LOG_PER_SECOND = 200, /* lines; a start takes about 30 */
};

struct dnsmasq_log {
	struct source source; /* the read end */
	struct loop *loop;
	int writer; /* dnsmasq's end, the same across restarts; -1 */
	struct ratelimit lines;
	unsigned left_out; /* lines, not reported yet */
	size_t length;	   /* bytes in line */
	char line[DNSMASQ_LOG_LINE_MAX];
};

/* Creates the pipe and watches it. 0, or -errno; call dnsmasq_log_finish() in either case. */
int dnsmasq_log_init(struct dnsmasq_log *log, struct loop *loop);

/* Reads everything there is, for use after dnsmasq ended and before that is reported. */
void dnsmasq_log_drain(struct dnsmasq_log *log);

/* Takes a zeroed one, and may be called twice. */
void dnsmasq_log_finish(struct dnsmasq_log *log);

/* What follows "dnsmasq[PID]: " or "dnsmasq-dhcp[PID]: " in a line, else the whole line. */
const char *dnsmasq_log_message(const char *line);

/* Whether dnsmasq prints it even when nothing is wrong. */
bool dnsmasq_log_is_chatter(const char *message);
