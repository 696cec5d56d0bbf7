/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The undo logs of other networks in the directory, and the lock that they all share. */
#pragma once

#include <stdbool.h>

#include "undolog.h"

enum { UNDOLOG_NAME_MAX = 48 };

/*
 * Whether another name's undo log, in our network namespace, has a record, not cancelled, that
 * begins with start; copies it to record (UNDOLOG_RECORD_MAX bytes) unless that is NULL.
 */
bool undolog_others_have(struct undolog *undolog, const char *start, char *record);

/*
 * Whether a killed network other than name has left records in the directory, about our network
 * namespace; killed is its name.
 */
bool undolog_find_killed(const char *directory, const char *name, char killed[UNDOLOG_NAME_MAX]);

/*
 * Locks out all other instances in this directory. Waits for the lock at most UNDOLOG_LOCK_MAX: an
 * instance that was stopped (Ctrl-Z) while holding it must not stop all others. Calls may be
 * nested; the last unlock releases it. 0, or -EBUSY.
 */
int undolog_lock_all(struct undolog *undolog);

/*
 * For what must be done in any case: after that time it continues without the lock, which is
 * logged.
 */
void undolog_lock_all_or_go_on(struct undolog *undolog);

/* Undoes one lock, if there is one. */
void undolog_unlock_all(struct undolog *undolog);
