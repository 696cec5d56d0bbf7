/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether what is at a path could be anyone's. In a directory that everybody can write to, such as
 * /tmp, a user with no right to attach can get there first, as the switch or the peer, and would
 * then be in the network. In other directories, only authorized users can have put it there.
 */
#pragma once

#include <sys/types.h>

/*
 * Each part of the path that is in such a directory, also behind links, must belong to root, to the
 * caller or to group, unless that is (gid_t)-1. 0; -ENOENT: nothing is there, or we cannot see it;
 * -CONNECT_STRANGER (connect.h).
 */
int stranger_check(const char *path, gid_t group);
