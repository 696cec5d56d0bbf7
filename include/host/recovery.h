/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a dead instance left behind, by its undo log's records, and their making:
 * one verb a kind of thing.
 */
#pragma once

#include <stdbool.h>

#include "identity.h"
#include "undolog.h"
#include "loop.h"
#include "program.h"

/* Records of what the kernel will not undo. Each is written before the deed. 0, or -errno. */
int recovery_record_process(struct undolog *undolog, pid_t pid);
int recovery_record_pidfile(struct undolog *undolog, const char *path);
int recovery_record_endpoint(struct undolog *undolog, const struct identity *identity,
			     const char *locator);
int recovery_record_directory(struct undolog *undolog, const char *path);
int recovery_record_file(struct undolog *undolog,
			 const char *path); /* one that is ours, in RUNDIR */

/* Whether a dead instance opened that, and as which user (the ids alone). */
bool recovery_has_endpoint(struct undolog *undolog, const char *locator, struct identity *identity);

/*
 * Undoes every record that this version can undo, and returns how many there were. What
 * only another version can undo stays in the undo log, and a line says so.
 */
unsigned recovery_undo(struct undolog *undolog, struct loop *loop, const struct program *program);

/*
 * At the end of an instance that has taken down what is its own: forgets the records of
 * that. Whether others stand, so that the undo log has to stay.
 */
bool recovery_stays(struct undolog *undolog);
