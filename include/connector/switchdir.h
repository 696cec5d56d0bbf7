/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control directory of our VDE switch: DIR, with the socket DIR/ctl and the sockets of its
 * ports. This touches paths, so it runs only as an unprivileged user.
 */
#pragma once

#include <sys/types.h>

/*
 * Creates the directory (mode 03770 and owned by group; 0700 if group is (gid_t)-1) and listens at
 * DIR/ctl. Takes over one left by a killed switch of the same user. 0 with the listening socket in
 * *fd, or -errno: -EADDRINUSE if a live switch is there, -EPERM if it belongs to another user,
 * -ENOTDIR if it is something else (even a link), -ENOTEMPTY if it is used for other things.
 */
int switchdir_open(const char *path, gid_t group, int *fd);

/* What switchdir_open() would return, as far as can be told without changing anything. */
int switchdir_check(const char *path);

/*
 * Removes the sockets in the caller's directory if its switch is dead, and the directory if that
 * leaves it empty. Otherwise it stays, closed to the group, for a switch to take over.
 */
void switchdir_remove(const char *path);
