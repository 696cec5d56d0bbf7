/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Controlled delay (RFC 8289): which frames of a queue are dropped because what is in it has waited
 * for too long. A pure state machine; the time, in ns, is the caller's.
 *
 *	enum codel_step step = CODEL_FIRST;
 *
 *	while (there is a head && codel_drops(&codel, now, waited, backlog, largest,
 *						  &step))
 *		drop the head; or mark it, call codel_marked(), and end the loop
 *	if (there is no head)
 *		codel_empty(&codel);
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* ns; the RFC's own values (4.2, 4.3), which fit round trips of 10 ms to 1 s. */
#define CODEL_TARGET   INT64_C(5000000)
#define CODEL_INTERVAL INT64_C(100000000)

struct codel {
	int64_t above_until; /* when waits were too long all through an interval; 0: they are not */
	int64_t next;	     /* when the next one is dropped */
	uint32_t count;	     /* that were dropped since it began to */
	uint32_t last_count; /* when it began the last time */
	bool dropping;
};

/* How far one dequeue has come. */
enum codel_step {
	CODEL_FIRST,
	CODEL_BEGUN,   /* the first drop of a time of dropping was made */
	CODEL_DROPPED, /* a later one */
};

/*
 * Whether the head, which has waited so long (ns), is dropped; backlog: bytes in the queue, and
 * below one frame of the largest size, largest, nothing is.
 */
bool codel_drops(struct codel *codel, int64_t now, int64_t waited, uint32_t backlog,
		 uint32_t largest, enum codel_step *step);

/* The head was marked (RFC 3168) in place of being dropped, and goes out. */
void codel_marked(struct codel *codel, enum codel_step step);

/* There is nothing in the queue. */
void codel_empty(struct codel *codel);
