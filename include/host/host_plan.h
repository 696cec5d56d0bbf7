/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Examines the host and makes the plan, as steps of a start; changes nothing. */
#pragma once

#include "host_state.h"

/*
 * Checks what needs full privileges, and then drops to those of a running network. 0, or -1 with
 * host->problem.
 */
int host_plan_begin(struct host *host);

/* 0, or -1 with host->problem. */
int host_plan_up(struct host *host);
void host_plan_down(struct host *host);
