/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The undo logs of other networks in the directory, and the lock that all of them share. */
#pragma once

#include <stdbool.h>

#include "undolog.h"

/*
 * Whether the undo log of another name, in our network namespace, has a standing
 * record that starts so;
 * copied to record (JOURNAL_RECORD_MAX bytes) unless that is NULL.
 */
bool undolog_others_have(struct undolog *undolog, const char *start, char *record);

/*
 * A lock over all instances in this directory. Waits for it, at most JOURNAL_LOCK_MAX: one
 * that was stopped (Ctrl-Z) while it has the lock must not stop all the others. A caller may hold
 * it already; the last unlock opens it. 0, or -EBUSY.
 */
int undolog_lock_all(struct undolog *undolog);

/* For what has to be done all the same: after that time it goes on without, which is logged. */
void undolog_lock_all_or_go_on(struct undolog *undolog);

/* Takes back one lock, if there is one. */
void undolog_unlock_all(struct undolog *undolog);
