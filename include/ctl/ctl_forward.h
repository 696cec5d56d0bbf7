/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports of the host that are forwarded to guests. */
#pragma once

#include <jansson.h>

#include "ctl.h"
#include "problem.h"

/* Each: 0, or -1 with *problem. Adding or removing several is all or nothing. */
int ctl_forward_list(const struct ctl *ctl, char *const *arguments, struct problem *problem);
int ctl_forward_add(const struct ctl *ctl, char *const *arguments, struct problem *problem);
int ctl_forward_remove(const struct ctl *ctl, char *const *arguments, struct problem *problem);

/* Shows the result of query-forwards to people. 0, or -ENOMEM. */
int ctl_forward_show(const json_t *forwards, FILE *out);
