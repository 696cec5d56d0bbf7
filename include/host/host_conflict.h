/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Networks that later appear with our subnet, as VPNs do: logged once, with what to do. */
#pragma once

#include "host_state.h"

/* Call when addresses or routes changed, after link_refresh(). */
void host_conflict_follow(struct host *host);

/* For --check: prints what a start would log. */
void host_conflict_check(const struct host *host);
