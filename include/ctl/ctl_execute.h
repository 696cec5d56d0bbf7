/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Becoming another program. */
#pragma once

#include "problem.h"

/*
 * Executes words[0], looked for in PATH, with these n descriptors open, and all others that are
 * ours closed. It returns only if that fails: -1 with *problem, whose status is that of a shell
 * (127: it is not there, 126: it cannot be executed).
 */
int ctl_execute(char *const *words, const int *fds, unsigned n, struct problem *problem);
