/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --check: goes through the steps of a start (host.c) in order, as far as possible without changing
 * the host, to find what would be refused; prints the plan on stdout.
 */
#pragma once

#include "config.h"
#include "problem.h"

/* Returns the exit status, with *problem if that is set. */
int host_check(const struct config *config, struct problem *problem);
