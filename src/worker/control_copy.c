// SPDX-License-Identifier: GPL-2.0-or-later
#include "control_copy.h"

#include <string.h>
#include <unistd.h>

/* Reads more of the copy, after what has not been parsed yet. False: there is no more. */
static bool control_copy_fill(struct control_client *client)
{
	unsigned left = client->n_copy_bytes - (unsigned)client->at;
	ssize_t n;

	memmove(client->copy_bytes, client->copy_bytes + client->at, left);
	client->at = 0;
	client->n_copy_bytes = left;
	if (left == sizeof(client->copy_bytes)) /* our lines are never that long */
		client->n_copy_bytes = 0;
	n = read(client->copy, client->copy_bytes + client->n_copy_bytes,
		 sizeof(client->copy_bytes) - client->n_copy_bytes);
	if (n <= 0)
		return false;
	client->n_copy_bytes += (unsigned)n;
	return true;
}

const char *control_copy_line(struct control_client *client)
{
	for (;;) {
		char *line = client->copy_bytes + client->at;
		char *end = memchr(line, '\n', client->n_copy_bytes - client->at);

		if (end) {
			*end = '\0';
			client->next = (uint64_t)(end + 1 - client->copy_bytes);
			return line;
		}
		if (!control_copy_fill(client))
			return NULL;
	}
}

void control_copy_answer(struct control_client *client, int fd)
{
	client->copy = fd;
	client->n_copy_bytes = 0;
	control_client_list(client, client->copied);
}

void control_copy_close(struct control_client *client)
{
	if (client->copy >= 0)
		close(client->copy);
	client->copy = -1;
}
