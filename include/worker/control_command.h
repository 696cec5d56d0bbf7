/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of the control socket, one row each. A new command needs a row in control_command.c,
 * a function that answers it, and an example in vde_vmnet-protocol(7).
 */
#pragma once

#include "control_client.h"
#include "jsonread.h"

enum { CONTROL_COMMAND_ARGUMENTS = 4 };

struct control_command {
	const char *name;
	bool changes; /* only for clients that may make changes */
	/* Answers once, or makes the client wait for the host process. */
	void (*run)(struct control_client *client, const struct jsonread *given);
	struct jsonread_argument arguments[CONTROL_COMMAND_ARGUMENTS + 1];
};

/* Parses a command and answers it. */
void control_command_run(struct control_client *client, const char *text, size_t size);

/* What query-version returns. */
void control_command_write_version(struct jsonwrite *writer);
