/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of vde_vmnet-bridge-helper, and its help. */
#pragma once

#include "helper.h"
#include "problem.h"

/* Reads it into *helper, which refers to parts of argv. 0, or -1 with *problem. */
int helper_options_read(struct helper *helper, int argc, char **argv, struct problem *problem);

void helper_options_print_help(void);
