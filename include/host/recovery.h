/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a dead instance left behind: writes the undo log's records, and undoes them. One verb for
 * each kind of thing.
 */
#pragma once

#include <stdbool.h>

#include "identity.h"
#include "undolog.h"
#include "loop.h"
#include "program.h"

/* Records what the kernel will not undo. Call before the deed. 0, or -errno. */
int recovery_record_process(struct undolog *undolog, pid_t pid);
int recovery_record_pidfile(struct undolog *undolog, const char *path);
int recovery_record_endpoint(struct undolog *undolog, const struct identity *identity,
			     const char *locator);
int recovery_record_directory(struct undolog *undolog, const char *path);
int recovery_record_file(struct undolog *undolog, const char *path); /* of ours, in RUNDIR */

/* Whether a dead instance opened this endpoint, and as which user (only the ids). */
bool recovery_has_endpoint(struct undolog *undolog, const char *locator, struct identity *identity);

/*
 * Undoes all records that this version can undo, and returns how many. Records that only another
 * version can undo stay in the undo log, and a line says so.
 */
unsigned recovery_undo(struct undolog *undolog, struct loop *loop, const struct program *program);

/*
 * At the end of an instance that has undone its own work: drops those records. Returns whether
 * others remain, so that the undo log has to stay.
 */
bool recovery_stays(struct undolog *undolog);
