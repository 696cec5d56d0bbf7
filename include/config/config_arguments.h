/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: options and endpoints, in order. */
#pragma once

#include "problem.h"

struct config;

/* Applies each word after argv[0]. 0, or -1 with *problem (STATUS_USAGE), which names the word. */
int config_read_arguments(struct config *config, int argc, char *const *argv,
			  struct problem *problem);
