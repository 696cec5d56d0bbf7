/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --check: what the steps of a start (host.c) would be refused for, in their order, as far as
 * it can be seen without a change to the host; and the plan on stdout.
 */
#pragma once

#include "config.h"
#include "problem.h"

/* Returns the exit status; with *problem if set. */
int host_check(const struct config *config, struct problem *problem);
