/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a command of QMP's begins and ends in what a client sends: an object, from its brace to
 * the one that closes it, as QEMU takes it; its own Python client ends no line. Whether it is JSON
 * is not looked at, only how long and how deep it is. Memory only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
	QMPFRAME_MAX = 32 << 10, /* bytes of a command: 700 port forwards */
	QMPFRAME_DEPTH_MAX = 8,	 /* objects and lists in one another; commands need 3 */
};

/* Zeroed, it is empty. */
struct qmpframe {
	size_t size;	/* bytes that came */
	size_t scanned; /* of them, looked at */
	unsigned depth;
	bool in_text;
	bool escaped;
	char bytes[QMPFRAME_MAX];
};

/* Where what comes next is to be put, and how much; 0: there is no room. */
char *qmpframe_room(struct qmpframe *frame, size_t *room);

bool qmpframe_has_room(const struct qmpframe *frame);

/* n bytes were put there. */
void qmpframe_add(struct qmpframe *frame, size_t n);

/*
 * Looks for the end of a command. 1: there it is, *size bytes at frame->bytes, until
 * qmpframe_take(); 0: more must come; -EPROTO: no command begins there; -EMSGSIZE: it is too long;
 * -ELOOP: it is too deep. After an error nothing more can be found.
 */
int qmpframe_find(struct qmpframe *frame, size_t *size);

/* Takes the command that was found away. */
void qmpframe_take(struct qmpframe *frame);

/* Whether a part of a command is there. */
bool qmpframe_has_begun(const struct qmpframe *frame);
