/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether who is met at a path may be anybody. In a directory where everybody may make things, as
 * /tmp, a user who has no right to attach can be there first, as the switch or the peer, and would
 * be in the network then. What is elsewhere was put there by who may.
 */
#pragma once

#include <sys/types.h>

/*
 * Every name of the way that is in such a directory, also behind links, must be root's, the
 * caller's, or of group, unless that is (gid_t)-1. 0; -ENOENT: nothing is there, or cannot be seen;
 * -CONNECT_STRANGER (connect.h).
 */
int stranger_check(const char *path, gid_t group);
