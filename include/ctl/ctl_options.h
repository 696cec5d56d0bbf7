/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of vde_vmnetctl, and its help. */
#pragma once

#include "ctl.h"
#include "problem.h"

/* Parses it into *ctl, which keeps references to argv. 0, or -1 with *problem. */
int ctl_options_read(struct ctl *ctl, int argc, char **argv, struct problem *problem);

/* Prints the help, from the table of verbs. */
void ctl_options_print_help(FILE *out);
