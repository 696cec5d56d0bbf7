/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Becoming another program. */
#pragma once

#include "problem.h"

/*
 * Executes words[0], searched in PATH, with these n descriptors open and all others of ours closed.
 * Returns only on failure: -1 with *problem, whose status is like a shell's (127: not found, 126:
 * cannot be executed).
 */
int ctl_execute(char *const *words, const int *fds, unsigned n, struct problem *problem);
