/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file: long options without dashes, one a line, as
 * "name=value", "name value" or "name"; blank lines and lines that start with
 * '#' are comments.
 */
#pragma once

#include "problem.h"

struct config;

/*
 * Applies every line of config->file, which is opened and closed here. 0, or -1 with *problem
 * (STATUS_USAGE), which names file and line.
 */
int config_read_file(struct config *config, struct problem *problem);
