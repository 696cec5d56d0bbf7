/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bridge that is none of ours: what the distribution's helper of QEMU is for. */
#pragma once

#include "helper.h"
#include "problem.h"

/*
 * Becomes that helper, which does not return; -1 with *problem: there is no such bridge, or no such
 * helper, or it was asked for what only we have.
 */
int helper_foreign_become(const struct helper *helper, struct problem *problem);
