/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file: long options without dashes, one per line, as "name=value", "name value"
 * or "name". Blank lines and lines that start with '#' are ignored.
 */
#pragma once

#include "problem.h"

struct config;

/*
 * Applies every line of config->file; opens and closes it. 0, or -1 with *problem (STATUS_USAGE),
 * which names file and line.
 */
int config_read_file(struct config *config, struct problem *problem);
