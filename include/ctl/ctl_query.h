/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One command to the network that is meant, from the connection to its end, and what is shown. */
#pragma once

#include <jansson.h>

#include "ctl.h"
#include "problem.h"

struct ctl_client;

/* Connects to the network that is meant, as ctl_client_open() does to one of that name. */
int ctl_query_open(struct ctl_client *client, const struct ctl *ctl, struct problem *problem);

/*
 * What the command returns, which must be of that type; NULL with *problem. Takes the reference
 * to arguments, which may be NULL.
 */
json_t *ctl_query_ask(const struct ctl *ctl, const char *command, json_t *arguments, json_type type,
		      struct problem *problem);

/* Writes it for scripts, in ASCII, so that no terminal obeys it. */
void ctl_query_print_json(const json_t *value, FILE *out);

/* Shows it to eyes, or with --json writes it as it is. 0, or -1 with *problem. */
int ctl_query_tell(const struct ctl *ctl, const json_t *answer,
		   int (*show)(const json_t *answer, FILE *out), struct problem *problem);

/* Asks, and shows what is returned, or with --json writes it as it is. 0, or -1 with *problem. */
int ctl_query_show(const struct ctl *ctl, const char *command, json_type type,
		   int (*show)(const json_t *answer, FILE *out), struct problem *problem);

/* A command that changes something; says done where it is, or with --json what was returned. */
int ctl_query_change(const struct ctl *ctl, const char *command, json_t *arguments,
		     const char *done, struct problem *problem);
