/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests whose ports are isolated while the network runs: their addresses are added to our rules
 * (apartrules.h). The worker gains nothing by naming them: it does the isolating itself, and the
 * rules only take away what guests reach through the host.
 */
#pragma once

#include "host_state.h"
#include "request.h"

/* Before the worker starts. 0, or -1 with host->problem. */
int host_apart_up(struct host *host);
void host_apart_down(struct host *host);

/* Handles a REQUEST_APART. What the rules refuse is tried again. */
void host_apart_hear(struct host *host, const struct request *request);

/*
 * Whether our rules have such guests: there is a way out, and not all guests are isolated anyway.
 */
bool host_apart_has_rules(const struct host *host);
