/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers from a copy in memory that the host process passes to a client, read line by line as it
 * is sent.
 */
#pragma once

#include "control_client.h"

/* Answers the waiting client, using client->copied for each line. Takes over fd. */
void control_copy_answer(struct control_client *client, int fd);

/* The line at client->at, NUL-terminated; sets client->next to the line after it. NULL: no more. */
const char *control_copy_line(struct control_client *client);

/* Closes the copy, once read or no longer wanted. Does nothing if there is none. */
void control_copy_close(struct control_client *client);
