/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests whose ports are isolated while the network runs: our rules are told their addresses
 * (apartrules.h). That the worker says whose these are gives it nothing: it is the worker that
 * isolates, and the rules only take away what guests reach by way of the host.
 */
#pragma once

#include "host_state.h"
#include "request.h"

/* A REQUEST_APART. */
void host_apart_hear(struct host *host, const struct request *request);

/* Whether our rules know such guests: there is an outside, and not all guests are isolated anyway.
 */
bool host_apart_has_rules(const struct host *host);
