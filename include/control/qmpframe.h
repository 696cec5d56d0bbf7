/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds where a QMP command begins and ends in a client's input: an object, from its opening to its
 * closing brace, like in QEMU; QEMU's own Python client sends no newlines. Does not check that it
 * is JSON, only its length and depth. Works on memory only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
	QMPFRAME_MAX = 32 << 10, /* bytes of a command: 700 port forwards */
	QMPFRAME_DEPTH_MAX = 8,	 /* nested objects and lists; commands need 3 */
};

/* Zeroed, it is empty. */
struct qmpframe {
	size_t size;	/* bytes received */
	size_t scanned; /* of them, scanned */
	unsigned depth;
	bool in_text;
	bool escaped;
	char bytes[QMPFRAME_MAX];
};

/* Where to put the next input, and how much; 0: no room. */
char *qmpframe_room(struct qmpframe *frame, size_t *room);

bool qmpframe_has_room(const struct qmpframe *frame);

/* n bytes were added there. */
void qmpframe_add(struct qmpframe *frame, size_t n);

/*
 * Looks for the end of a command. 1: found, *size bytes at frame->bytes, until qmpframe_take(); 0:
 * more must come; -EPROTO: no command begins there; -EMSGSIZE: too long; -ELOOP: too deep. After an
 * error nothing more can be found.
 */
int qmpframe_find(struct qmpframe *frame, size_t *size);

/* Removes the command that was found. */
void qmpframe_take(struct qmpframe *frame);

/* Whether part of a command is there. */
bool qmpframe_has_begun(const struct qmpframe *frame);
