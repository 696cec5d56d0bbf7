/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The directory of a point-to-point socket (ptp.h). A first-generation emulator creates its own
 * socket there, beside ours, so members of the group need a directory they can write to. If it is
 * missing, it is created like that. This touches paths, so it runs only as an unprivileged user.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/*
 * Creates the parent directory of path if it is missing: mode 03770 and owned by group, or 01700 if
 * group is (gid_t)-1; the sticky bit protects members' sockets from each other. One that we made
 * before gets that group; any other is left alone. 0, or -errno.
 */
int ptpdir_make(const char *path, gid_t group);

/* Whether we made it. */
bool ptpdir_is_ours(const char *path);

/* Whether members of the group can create a socket beside path. */
bool ptpdir_lets_in(const char *path, gid_t group);

/* Removes it, if we made it and it is empty. */
void ptpdir_remove(const char *path);
