/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Networks that come up later with our subnet, as VPNs do: said once, with what to do. */
#pragma once

#include "host_state.h"

/* Addresses or routes changed, and link_refresh() has been called. */
void host_conflict_follow(struct host *host);

/* Prints, for --check, what a start would say. */
void host_conflict_check(const struct host *host);
