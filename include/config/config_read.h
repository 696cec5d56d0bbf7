/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what the user asked for: the command line, and the file that it names. */
#pragma once

#include "config.h"
#include "problem.h"

/*
 * Reads the command line, and before it the file that its --config names, so that the command line
 * wins. debug: the value of $DEBUG, or NULL. 0, or -1 with *problem (STATUS_USAGE).
 */
int config_read(struct config *config, int argc, char *const *argv, const char *debug,
		struct problem *problem);

/* Reads the sources of running again, as they are now, into *config. 0, or -1 with *problem. */
int config_read_again(struct config *config, const struct config *running, struct problem *problem);
