/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Joins a network and becomes the emulator. */
#pragma once

#include "ctl.h"
#include "problem.h"

/* arguments: the command. Returns only on failure: -1 with *problem. */
int ctl_run_run(const struct ctl *ctl, char *const *arguments, struct problem *problem);
