/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets an access list (acl(5)) that gives one more group access to a socket at a path. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/*
 * Lets the owner, the group gid and, if own_group, the file's own group read and write it, and
 * nobody else. path belongs to the caller. 0, or -errno: -EOPNOTSUPP if its file system has no
 * access lists.
 */
int accesslist_add_group(const char *path, gid_t gid, bool own_group);
