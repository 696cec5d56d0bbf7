/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The DHCP leases. */
#pragma once

#include <jansson.h>

#include "ctl.h"
#include "problem.h"

int ctl_leases_run(const struct ctl *ctl, char *const *arguments, struct problem *problem);

/* Shows the result of query-leases to people. 0, or -ENOMEM. */
int ctl_leases_show(const json_t *leases, FILE *out);
