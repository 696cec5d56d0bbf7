/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the host process gives to a client as a copy in memory: read line by line, as it is sent. */
#pragma once

#include "control_client.h"

/* Answers the client, who waits, with client->copied of each line; fd is taken over. */
void control_copy_answer(struct control_client *client, int fd);

/* The line at client->at, ended by a NUL, and client->next behind it. NULL: there is none. */
const char *control_copy_line(struct control_client *client);

/* It is read, or nobody wants it any more. Takes none, too. */
void control_copy_close(struct control_client *client);
