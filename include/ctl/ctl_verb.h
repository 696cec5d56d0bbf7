/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands: a table of verbs. A new one needs a row and a function. */
#pragma once

#include "ctl.h"
#include "problem.h"

struct ctl_verb {
	const char *words;     /* "ports", "forward add" */
	const char *arguments; /* for the help; may be "" */
	const char *help;
	unsigned least; /* number of arguments */
	unsigned most;
	/* arguments is NULL-terminated. 0, or -1 with *problem. */
	int (*run)(const struct ctl *ctl, char *const *arguments, struct problem *problem);
};

/* The last one has no words. */
extern const struct ctl_verb ctl_verbs[];

/*
 * Runs the verb that the words start with; without words, gives an overview. 0, or -1 with
 * *problem.
 */
int ctl_verb_run(const struct ctl *ctl, struct problem *problem);
