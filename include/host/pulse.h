/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a process that serves others hangs, told from looks at it from outside: pure. It is
 * never said of one that is only late: on a busy machine it waits for the processor, and in a
 * flood it works without an end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What is seen at one time. */
struct pulse_look {
	int64_t now;	    /* ms (clock.h) */
	char state;	    /* as of proc_pid_stat(5) */
	long user;	    /* ms of processor time that it has had in its own code, in all */
	long system;	    /* and in the kernel */
	bool asked;	    /* it is asked questions */
	bool leaves_unread; /* of them some wait in its socket */
};

struct pulse {
	unsigned looks; /* since the last sign of life */
	struct pulse_look first;
};

enum {
	PULSE_INTERVAL = 2000, /* ms between two looks */
	PULSE_LOOKS = 4,       /* more without a sign of life: the oldest question is 10 s old */
	PULSE_LOOP = 2000,     /* ms of its own code, in which one that works makes calls */
	PULSE_LOOP_CALLS = 8,  /* which are a part of this of its time, or more */
	PULSE_IDLE = 20,       /* ms of processor time that may be a matter of counting */
};

/* A sign of life: it answered, or is new. */
void pulse_begin(struct pulse *pulse);

/*
 * A look. True: it hangs. It has been stopped for eight seconds; or it has left questions unread
 * for as long while it slept, or went round in its own code.
 */
bool pulse_look(struct pulse *pulse, const struct pulse_look *look);

/* Reads state and times of a process. 0, or -errno. */
int pulse_read(struct pulse_look *look, pid_t pid);
