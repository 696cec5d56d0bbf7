/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The directory of a point-to-point socket (ptp.h). An emulator of the first generation makes
 * its own socket there, beside ours, so members of the group need one that they may write. Where
 * the directory is missing, it is made like that. Paths are touched here, so this runs as an
 * unprivileged user only.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/*
 * Makes the directory that path is in where it is missing: 03770 and of group, or 01700 when
 * group is (gid_t)-1; the sticky bit keeps members from each other's sockets. One that this made
 * before gets that group; any other stays as it is. 0, or -errno.
 */
int ptpdir_make(const char *path, gid_t group);

/* Whether this made it. */
bool ptpdir_is_ours(const char *path);

/* Whether members of the group may make a socket beside path. */
bool ptpdir_lets_in(const char *path, gid_t group);

/* Removes it, if this made it and nothing is in it. */
void ptpdir_remove(const char *path);
