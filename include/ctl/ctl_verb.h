/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be asked for: a table of verbs. A new one is a row, and a function. */
#pragma once

#include "ctl.h"
#include "problem.h"

struct ctl_verb {
	const char *words;     /* "ports", "forward add" */
	const char *arguments; /* for the help; "" */
	const char *help;
	unsigned least; /* arguments */
	unsigned most;
	/* arguments ends with NULL. 0, or -1 with *problem. */
	int (*run)(const struct ctl *ctl, char *const *arguments, struct problem *problem);
};

/* Ends with one that has no words. */
extern const struct ctl_verb ctl_verbs[];

/* Runs the verb that the words are, or, without words, says what there is. 0, or -1 with *problem.
 */
int ctl_verb_run(const struct ctl *ctl, struct problem *problem);
