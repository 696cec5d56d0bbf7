/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that an instance must undo is recorded before it is done. This step opens the log of
 * this network, and first undoes what a killed instance left in it. It ends holding the lock of all
 * networks, so that no two choose the same subnet.
 */
#pragma once

#include "host_state.h"

/* 0, or -1 with host->problem. */
int host_undolog_up(struct host *host);
void host_undolog_down(struct host *host);
