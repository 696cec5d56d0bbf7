/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One command to the chosen network, from connecting to closing, and showing the result. */
#pragma once

#include <jansson.h>

#include "ctl.h"
#include "problem.h"

struct ctl_client;

/* Connects to the chosen network, like ctl_client_open(). */
int ctl_query_open(struct ctl_client *client, const struct ctl *ctl, struct problem *problem);

/*
 * Returns the command's result, which must have that type; NULL with *problem. Takes over the
 * reference to arguments, which may be NULL.
 */
json_t *ctl_query_ask(const struct ctl *ctl, const char *command, json_t *arguments, json_type type,
		      struct problem *problem);

/* Prints it for scripts, in ASCII, so that no terminal obeys it. */
void ctl_query_print_json(const json_t *value, FILE *out);

/* Shows it to people or, with --json, prints it as it is. 0, or -1 with *problem. */
int ctl_query_tell(const struct ctl *ctl, const json_t *answer,
		   int (*show)(const json_t *answer, FILE *out), struct problem *problem);

/*
 * Runs the command and shows its result or, with --json, prints it as it is. 0, or -1 with
 * *problem.
 */
int ctl_query_show(const struct ctl *ctl, const char *command, json_type type,
		   int (*show)(const json_t *answer, FILE *out), struct problem *problem);

/* Runs a command that changes something; prints done on success or, with --json, the result. */
int ctl_query_change(const struct ctl *ctl, const char *command, json_t *arguments,
		     const char *done, struct problem *problem);
