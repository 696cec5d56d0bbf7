// SPDX-License-Identifier: GPL-2.0-or-later
#include "forward_batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void forward_batch_begin(struct forward_batch *batch, uint32_t token,
			 const struct forward_client *client)
{
	forward_batch_end(batch);
	batch->token = token;
	batch->client = *client;
	batch->lists = calloc(2 * (size_t)HOSTFWD_MAX, sizeof(*batch->lists));
	if (!batch->lists)
		problem_set(&batch->problem, STATUS_FAILED, "not enough memory for forwards");
}

/* Adds one line of length bytes, which begins with its sign. 0, or -1 with batch->problem. */
static int forward_batch_add_line(struct forward_batch *batch, const char *line, size_t length)
{
	bool adds = *line == '+';
	unsigned *n = adds ? &batch->n_add : &batch->n_remove;
	struct hostfwd *to = batch->lists + (adds ? 0 : HOSTFWD_MAX) + *n;
	char text[HOSTFWD_TEXT_MAX + 16];
	struct problem why;

	if (*n == HOSTFWD_MAX)
		return problem_set(&batch->problem, STATUS_USAGE,
				   "too many forwards: at most %d at once", HOSTFWD_MAX);
	if (length > sizeof(text))
		return problem_set(&batch->problem, STATUS_USAGE, "a forward is too long");
	snprintf(text, sizeof(text), "%.*s", (int)(length - 1), line + 1);
	if (hostfwd_parse(text, to, &why) < 0)
		return problem_set(&batch->problem, STATUS_USAGE, "%s: %s", text, why.text);
	++*n;
	return 0;
}

void forward_batch_add(struct forward_batch *batch, const char *text)
{
	while (*text && batch->problem.status == 0) {
		size_t length = strcspn(text, "\n");

		if (forward_batch_add_line(batch, text, length) < 0)
			return;
		text += length + (text[length] != '\0');
	}
}

const struct hostfwd *forward_batch_removed(const struct forward_batch *batch)
{
	return batch->lists + HOSTFWD_MAX;
}

void forward_batch_end(struct forward_batch *batch)
{
	free(batch->lists);
	*batch = (struct forward_batch){0};
}
