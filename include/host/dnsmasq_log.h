/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What dnsmasq writes, as lines of our log: what it tells at every start is debug, all else a
 * warning. It has not the terminal or the journal itself, where it could write anything.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "loop.h"
#include "ratelimit.h"

enum {
	DNSMASQ_LOG_LINE_MAX = 1280,  /* bytes; a message has at most 1024, the rest is left out */
	DNSMASQ_LOG_READ_MAX = 4096,  /* bytes a turn of the loop */
	DNSMASQ_LOG_PER_SECOND = 200, /* lines; a start needs about 30 */
};

struct dnsmasq_log {
	struct source source; /* the end that is read */
	struct loop *loop;
	int writer; /* dnsmasq's end, the same for each that is started; -1 */
	struct ratelimit lines;
	unsigned left_out; /* lines, and not said yet */
	size_t length;	   /* of what is in line */
	char line[DNSMASQ_LOG_LINE_MAX];
};

/* Makes the pipe and watches it. 0, or -errno; dnsmasq_log_finish() in either case. */
int dnsmasq_log_init(struct dnsmasq_log *log, struct loop *loop);

/* Reads all that is there, as after dnsmasq's end, before that is told. */
void dnsmasq_log_drain(struct dnsmasq_log *log);

/* Takes a zeroed one, and may be called twice. */
void dnsmasq_log_finish(struct dnsmasq_log *log);

/* What follows "dnsmasq[PID]: " or "dnsmasq-dhcp[PID]: " in a line, or the line. */
const char *dnsmasq_log_message(const char *line);

/* Whether dnsmasq tells it when nothing is wrong. */
bool dnsmasq_log_is_chatter(const char *message);
