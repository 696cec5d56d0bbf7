/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ports of a network: who is there, how much passed; and changing one. */
#pragma once

#include <jansson.h>

#include "ctl.h"
#include "problem.h"

/* Each: 0, or -1 with *problem. */
int ctl_ports_run(const struct ctl *ctl, char *const *arguments, struct problem *problem);
int ctl_ports_set(const struct ctl *ctl, char *const *arguments, struct problem *problem);
int ctl_ports_disconnect(const struct ctl *ctl, char *const *arguments, struct problem *problem);

/* Shows the result of query-ports to people. 0, or -ENOMEM. */
int ctl_ports_show(const json_t *ports, FILE *out);
