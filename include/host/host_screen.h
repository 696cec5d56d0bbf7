/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person at a terminal sees when the network is ready: what it is, how to start a guest,
 * what is not there, how to stop; at a glance. In colour, unless NO_COLOR is set.
 */
#pragma once

#include "plan.h"

/* Writes the block to stderr, where the log level lets "ready:" through. */
void host_screen_show(const struct plan *plan);
