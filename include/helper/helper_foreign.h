/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bridge that is not ours: a job for the distribution's QEMU helper. */
#pragma once

#include "helper.h"
#include "problem.h"

/*
 * Executes that helper, and does not return. -1 with *problem: there is no such bridge, or no such
 * helper, or an option was used that only we have.
 */
int helper_foreign_become(const struct helper *helper, struct problem *problem);
