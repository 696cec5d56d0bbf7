/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network's devices, as far as they could outlive us. A TAP goes with its last descriptor,
 * unless someone who got hold of one made it persistent, which needs no privilege. So it is
 * recorded before anyone else has it, and deleted at the end: by its index, in the network
 * namespace of the records, and only if it has our alias. A device that merely has the same name
 * belongs to someone else, and stays.
 */
#pragma once

#include <stdbool.h>

#include "undolog.h"
#include "link.h"

enum { DEVICE_ALIAS_MAX = 64 };

/* The alias of the device of the network with this undo log. */
void device_format_alias(const struct undolog *undolog, char alias[DEVICE_ALIAS_MAX]);

/* Records the device with that name, which was just made. 0, or -errno. */
int device_record(struct undolog *undolog, const char *name);

/*
 * Deletes what device_record() recorded, if it is still there, and cancels the record. 0, or
 * -errno: the record stays.
 */
int device_delete(struct undolog *undolog, struct link *link);

/* The same for a dead instance's record; false if it is not such a record, or cannot be undone. */
bool device_undo(struct undolog *undolog, const char *record);

/* Whether a device with that name exists and a dead instance's record is about it. */
bool device_is_left(struct undolog *undolog, struct link *link, const char *name);
