/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All networks of this host, each asked for its status. */
#pragma once

#include "ctl.h"
#include "problem.h"

/* Prints the table, or JSON. 0, or -1 with *problem. */
int ctl_list_run(const struct ctl *ctl, char *const *arguments, struct problem *problem);

/* Prints the table, and what to do next. */
int ctl_list_introduce(const struct ctl *ctl, struct problem *problem);
