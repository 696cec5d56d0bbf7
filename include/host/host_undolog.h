/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an instance has to undo is on record before it is done: a step that opens the log of
 * this network, and first undoes what a killed instance left in it. Ends with the lock of all
 * networks held, so that two do not choose the same subnet.
 */
#pragma once

#include "host_state.h"

/* 0, or -1 with host->problem. */
int host_undolog_up(struct host *host);
void host_undolog_down(struct host *host);
