// SPDX-License-Identifier: GPL-2.0-or-later
#include "qmpframe.h"

#include <errno.h>
#include <string.h>

char *qmpframe_room(struct qmpframe *frame, size_t *room)
{
	*room = sizeof(frame->bytes) - frame->size;
	return frame->bytes + frame->size;
}

bool qmpframe_has_room(const struct qmpframe *frame)
{
	return frame->size < sizeof(frame->bytes);
}

void qmpframe_add(struct qmpframe *frame, size_t n)
{
	frame->size += n;
}

static bool qmpframe_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Drops the first n bytes, and moves the rest to the front. */
static void qmpframe_drop(struct qmpframe *frame, size_t n)
{
	frame->size -= n;
	memmove(frame->bytes, frame->bytes + n, frame->size);
	frame->scanned = 0;
}

static void qmpframe_skip_blanks(struct qmpframe *frame)
{
	size_t n = 0;

	while (n < frame->size && qmpframe_is_blank(frame->bytes[n]))
		n++;
	if (n > 0)
		qmpframe_drop(frame, n);
}

/* 1: the object ends with this byte; 0: it goes on; or -ELOOP. */
static int qmpframe_scan(struct qmpframe *frame, char c)
{
	if (frame->escaped) {
		frame->escaped = false;
	} else if (frame->in_text) {
		frame->escaped = c == '\\';
		frame->in_text = c != '"';
	} else if (c == '"') {
		frame->in_text = true;
	} else if (c == '{' || c == '[') {
		if (++frame->depth > QMPFRAME_DEPTH_MAX)
			return -ELOOP;
	} else if (c == '}' || c == ']') {
		return --frame->depth == 0;
	}
	return 0;
}

int qmpframe_find(struct qmpframe *frame, size_t *size)
{
	if (frame->depth == 0 && frame->scanned == 0)
		qmpframe_skip_blanks(frame);
	if (frame->size == 0)
		return 0;
	if (frame->bytes[0] != '{')
		return -EPROTO;
	if (frame->depth > QMPFRAME_DEPTH_MAX)
		return -ELOOP;
	if (frame->depth == 0 && frame->scanned > 0) { /* found before */
		*size = frame->scanned;
		return 1;
	}
	while (frame->scanned < frame->size) {
		int ret = qmpframe_scan(frame, frame->bytes[frame->scanned++]);

		if (ret != 0) {
			*size = frame->scanned;
			return ret;
		}
	}
	return frame->size == sizeof(frame->bytes) ? -EMSGSIZE : 0;
}

void qmpframe_take(struct qmpframe *frame)
{
	qmpframe_drop(frame, frame->scanned);
	frame->depth = 0;
	frame->in_text = false;
	frame->escaped = false;
}

bool qmpframe_has_begun(const struct qmpframe *frame)
{
	return frame->size > 0;
}
