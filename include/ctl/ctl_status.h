/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status of one network. */
#pragma once

#include <jansson.h>

#include "ctl.h"
#include "problem.h"

int ctl_status_run(const struct ctl *ctl, char *const *arguments, struct problem *problem);

/* Shows the result of query-status to people. 0, or -ENOMEM. */
int ctl_status_show(const json_t *status, FILE *out);
