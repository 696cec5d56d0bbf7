/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Controlled delay (RFC 8289): decides which frames of a queue to drop because they have waited too
 * long. A pure state machine; the caller supplies the time in ns.
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

/* ns; the RFC's own values (4.2, 4.3), suited to round trips of 10 ms to 1 s. */
#define CODEL_TARGET   INT64_C(5000000)
#define CODEL_INTERVAL INT64_C(100000000)

struct codel {
	/* when waits will have been too long for an interval; 0: they are not too long */
	int64_t above_until;
	int64_t next;	     /* when to drop the next one */
	uint32_t count;	     /* drops since dropping started */
	uint32_t last_count; /* count when dropping last started */
	bool dropping;
};

/* How far one dequeue has got. */
enum codel_step {
	CODEL_FIRST,
	CODEL_BEGUN,   /* made the first drop after entering the dropping state */
	CODEL_DROPPED, /* made a later one */
};

/*
 * Whether to drop the head, which has waited that long (ns). backlog: bytes in the queue. Nothing
 * is dropped while there is no more than one frame of the largest size.
 */
bool codel_drops(struct codel *codel, int64_t now, int64_t waited, uint32_t backlog,
		 uint32_t largest, enum codel_step *step);

/* The head was marked (RFC 3168) instead of dropped, and is sent. */
void codel_marked(struct codel *codel, enum codel_step step);

/* The queue is empty. */
void codel_empty(struct codel *codel);
