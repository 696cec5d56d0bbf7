/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of vde_vmnetctl, and its help. */
#pragma once

#include "ctl.h"
#include "problem.h"

/* Reads it into *ctl, which keeps parts of argv by reference. 0, or -1 with *problem. */
int ctl_options_read(struct ctl *ctl, int argc, char **argv, struct problem *problem);

/* The help, of the table of verbs. */
void ctl_options_print_help(FILE *out);
