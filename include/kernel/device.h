/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network's devices, as far as they could outlive us. A TAP goes with its last
 * descriptor, unless somebody who got hold of one made it persistent, which needs no
 * privilege. So it is recorded before anybody else has one, and deleted at the end: by
 * its index, in the network namespace of the records, and only if it has our alias. A
 * device that merely has the same name is a stranger's, and stays.
 */
#pragma once

#include <stdbool.h>

#include "undolog.h"
#include "link.h"

enum { DEVICE_ALIAS_MAX = 64 };

/* The alias of the device of the network whose undo log this is. */
void device_format_alias(const struct undolog *undolog, char alias[DEVICE_ALIAS_MAX]);

/* Records the device of that name, which was made just now. 0, or -errno. */
int device_record(struct undolog *undolog, const char *name);

/*
 * Deletes what device_record() recorded, where it is still there, and cancels the record.
 * 0, or -errno: the record stands.
 */
int device_delete(struct undolog *undolog, struct link *link);

/* The same of a dead instance's record; false when it is none, or cannot be undone. */
bool device_undo(struct undolog *undolog, const char *record);

/* Whether a device of that name is there and is what a dead instance's record is about. */
bool device_is_left(struct undolog *undolog, struct link *link, const char *name);
