/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a dead instance left behind, by its journal's records, and their making:
 * one verb a kind of thing.
 */
#pragma once

#include <stdbool.h>

#include "identity.h"
#include "journal.h"
#include "loop.h"
#include "program.h"

/* Records of what the kernel will not undo. Each is written before the deed. 0, or -errno. */
int leftover_record_process(struct journal *journal, pid_t pid);
int leftover_record_pidfile(struct journal *journal, const char *path);
int leftover_record_endpoint(struct journal *journal, const struct identity *identity,
			     const char *locator);
int leftover_record_directory(struct journal *journal, const char *path);

/* Whether a dead instance opened that, and as which user (the ids alone). */
bool leftover_has_endpoint(struct journal *journal, const char *locator, struct identity *identity);

/*
 * Undoes every record that this version can undo, and returns how many there were. What
 * only another version can undo stays in the journal, and a line says so.
 */
unsigned leftover_undo(struct journal *journal, struct loop *loop, const struct program *program);

/*
 * At the end of an instance that has taken down what is its own: forgets the records of
 * that. Whether others stand, so that the journal has to stay.
 */
bool leftover_stays(struct journal *journal);
