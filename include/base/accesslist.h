/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An access list (acl(5)) of a socket at a path, for one more group. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/*
 * Lets the owner, the group gid and, if so, the file's own group read and write it, and nobody
 * else. path is the caller's own. 0, or -errno: -EOPNOTSUPP where its file system has none.
 */
int accesslist_add_group(const char *path, gid_t gid, bool own_group);
