/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --cleanup: undoes what a dead instance of the name left. */
#pragma once

#include "config.h"
#include "problem.h"

/* Returns the exit status; with *problem if set. */
int host_cleanup(const struct config *config, struct problem *problem);
