/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A network's events, as they happen. */
#pragma once

#include <jansson.h>

#include "ctl.h"
#include "problem.h"

/* Runs until the network ends: then -1 with *problem, as in every case. */
int ctl_monitor_run(const struct ctl *ctl, char *const *arguments, struct problem *problem);

/* Shows one event to people, in one line. */
void ctl_monitor_show(const json_t *event, FILE *out);
