/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks a network for a TAP. */
#pragma once

#include <stdbool.h>

#include "helper.h"
#include "problem.h"
#include "tap_ask.h"

/*
 * Whether a network of ours has that name, or has it after "vmnet-", as its device does; then fills
 * in name. A network that was killed counts, and so does one that hands out no TAPs.
 */
bool helper_network_find(const char *bridge, char name[HELPER_NAME_MAX + 1]);

/*
 * Makes the network hand out a TAP; *given is the caller's. 0, or -1 with *problem, which says what
 * to do.
 */
int helper_network_ask(const char *name, const struct tap_request *request, struct tap_given *given,
		       struct problem *problem);
