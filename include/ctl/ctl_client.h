/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client of a network's control socket: the daemon's answers to commands, and its events, in
 * QMP's framing (qmp-spec of QEMU: a JSON object a line). What the daemon says is taken for a
 * text of somebody else's: its worker reads what guests write.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>
#include <sys/types.h>

#include "ctl.h"
#include "ctl_stream.h"
#include "problem.h"

struct ctl_client {
	struct ctl_stream stream;
	char name[CTL_NAME_MAX + 1]; /* the network, for messages */
	int64_t limit;		     /* ms that an answer may take */
	int64_t id;		     /* of the last command */
	uid_t owner;		     /* the user who runs the network's worker */
};

/*
 * Connects to the network of that name, and is greeted. 0, or -1 with *problem, whose status is
 * one of CTL_*. It is closed by the caller, also after a failure.
 */
int ctl_client_open(struct ctl_client *client, const struct ctl *ctl, const char *name,
		    struct problem *problem);
void ctl_client_close(struct ctl_client *client);

/*
 * What a command returns, to be freed with json_decref(), or NULL with *problem. Takes the
 * reference to arguments, which may be NULL.
 */
json_t *ctl_client_ask(struct ctl_client *client, const char *command, json_t *arguments,
		       struct problem *problem);

/* The same, which must be of that type. */
json_t *ctl_client_ask_for(struct ctl_client *client, const char *command, json_t *arguments,
			   json_type type, struct problem *problem);

/* The next event, however long it takes; NULL with *problem: the network's end for one. */
json_t *ctl_client_next_event(struct ctl_client *client, struct problem *problem);

/* Waits until the daemon closes. 0, or -1 with *problem after the time that an answer may take. */
int ctl_client_wait_for_end(struct ctl_client *client, struct problem *problem);
