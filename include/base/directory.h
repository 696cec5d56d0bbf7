/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether directories can be used, and what to do if not; their modes. */
#pragma once

#include <sys/types.h>

/*
 * Sets the mode of an open directory, possibly with S_ISGID, by which files made in it get its
 * group. If a service manager forbids that bit (RestrictSUIDSGID=, systemd.exec(5)), sets the mode
 * without it; libvdeplug's clients give their sockets to the group themselves. 0, or -errno.
 */
int directory_chmod(int directory, mode_t mode);

/* Whether we can create and remove files in it, as our current user. 0, or -errno. */
int directory_can_fill(const char *path);

/* Whether we could create this path: checks its directory like directory_can_fill(). */
int directory_can_make(const char *path);

/*
 * What the user can do about that error (positive) with a directory or file of ours, to follow
 * strerror(): "; …", or "".
 */
const char *directory_advice(int error);
