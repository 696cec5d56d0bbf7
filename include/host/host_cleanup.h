/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --cleanup: undoes what a dead instance of that name left behind. */
#pragma once

#include "config.h"
#include "problem.h"

/* Returns the exit status, with *problem if that is set. */
int host_cleanup(const struct config *config, struct problem *problem);
