/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client of a network's control socket: the daemon's answers to commands, and its events, in
 * QMP's framing (QEMU's qmp-spec: one JSON object per line). What the daemon sends is not trusted:
 * its worker reads guests' data.
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
	int64_t limit;		     /* ms, time limit for an answer */
	int64_t id;		     /* of the last command */
	uid_t owner;		     /* the user who runs the network's worker */
};

/*
 * Connects to the network with that name, and reads the greeting. 0, or -1 with *problem, whose
 * status is one of CTL_*. The caller closes it, also after a failure.
 */
int ctl_client_open(struct ctl_client *client, const struct ctl *ctl, const char *name,
		    struct problem *problem);
void ctl_client_close(struct ctl_client *client);

/*
 * Returns a command's result, to be freed with json_decref(), or NULL with *problem. Takes over the
 * reference to arguments, which may be NULL.
 */
json_t *ctl_client_ask(struct ctl_client *client, const char *command, json_t *arguments,
		       struct problem *problem);

/* The same for a result that must have that type. */
json_t *ctl_client_ask_for(struct ctl_client *client, const char *command, json_t *arguments,
			   json_type type, struct problem *problem);

/*
 * Returns the next event, however long it takes; NULL with *problem, for example if the network
 * ends.
 */
json_t *ctl_client_next_event(struct ctl_client *client, struct problem *problem);

/*
 * Waits until the daemon closes the connection. 0, or -1 with *problem when the time limit for an
 * answer is over.
 */
int ctl_client_wait_for_end(struct ctl_client *client, struct problem *problem);
