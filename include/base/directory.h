/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether directories can be used, and what to do if not; their modes. */
#pragma once

#include <sys/types.h>

/*
 * Gives an open directory a mode, which may have the bit by which what is made in there takes its
 * group (S_ISGID). A service manager may forbid that (RestrictSUIDSGID=, systemd.exec(5)): then
 * without it, for libvdeplug's clients give their sockets to the group themselves. 0, or -errno.
 */
int directory_chmod(int directory, mode_t mode);

/* Whether files can be made and removed in it, by who we are now. 0, or -errno. */
int directory_can_fill(const char *path);

/* Whether what has this path could be made: the same of the directory it is in. */
int directory_can_make(const char *path);

/*
 * What the user can do about that error (positive) of a directory or file of ours, to
 * follow strerror(): "; …", or "".
 */
const char *directory_advice(int error);
