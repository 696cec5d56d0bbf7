/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person at a terminal sees when the network is ready, at a glance: what it is, how to start
 * a guest, what is missing, how to stop. In colour, unless NO_COLOR is set.
 */
#pragma once

#include "plan.h"

/* Writes it to stderr, if the log level lets "ready:" through. */
void host_screen_show(const struct plan *plan);
