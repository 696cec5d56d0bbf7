/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control directory of a VDE switch of ours: DIR, with the socket DIR/ctl
 * and the sockets of its ports. Paths are touched here, so this runs as an
 * unprivileged user only.
 */
#pragma once

#include <sys/types.h>

/*
 * Makes the directory (03770 and of group; 0700 when group is (gid_t)-1) and
 * listens at DIR/ctl. One that a killed switch of the same user left is taken
 * over. 0 with the listening socket in *fd, or -errno: -EADDRINUSE when a
 * switch lives there, -EPERM when it is another user's, -ENOTDIR when it is
 * something else (a link included), -ENOTEMPTY when it is used for other things.
 */
int switchdir_open(const char *path, gid_t group, int *fd);

/*
 * What switchdir_open() would return, as far as that can be seen without a change: 0, or the
 * same -errno.
 */
int switchdir_check(const char *path);

/*
 * Removes the sockets of a directory whose switch is dead and the caller's, and it, if that
 * left it empty. Else it stays, closed to the group, and is a switch's to take again.
 */
void switchdir_remove(const char *path);
