/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a process that serves others hangs, as seen from outside; pure. A process that is merely
 * late does not count: on a busy machine it waits for the CPU, and in a flood it works without
 * pause.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* One observation. */
struct pulse_look {
	int64_t now;	    /* ms (clock.h) */
	char state;	    /* as of proc_pid_stat(5) */
	long user;	    /* ms of CPU time in user mode so far */
	long system;	    /* and in kernel mode */
	bool asked;	    /* we send it questions */
	bool leaves_unread; /* some of them are unread in its socket */
};

struct pulse {
	unsigned looks; /* since the last sign of life */
	struct pulse_look first;
};

enum {
	PULSE_INTERVAL = 2000, /* ms between two looks */
	PULSE_LOOKS = 4,       /* more without a sign of life: the oldest question is 10 s old */
	PULSE_LOOP = 2000,    /* ms in user mode; meanwhile a working process makes system calls, */
	PULSE_LOOP_CALLS = 8, /* which take at least this fraction of that time */
	PULSE_IDLE = 20,      /* ms of CPU time that may be a rounding error */
};

/* A sign of life: it answered, or it is new. */
void pulse_begin(struct pulse *pulse);

/*
 * Takes an observation. True: it hangs. It has been stopped for eight seconds, or it has left
 * questions unread for that long while it slept or looped in user mode.
 */
bool pulse_look(struct pulse *pulse, const struct pulse_look *look);

/* Reads the state and CPU times of a process. 0, or -errno. */
int pulse_read(struct pulse_look *look, pid_t pid);
