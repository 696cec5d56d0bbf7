/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control group (cgroups(7), version 2) that a process was started in. Who owns one, as a
 * person those below systemd --user, can kill all processes in it at once, root's too.
 */
#pragma once

/* Out of a group that is not root's alone, to the root of all: 0, also where there is none; -errno.
 */
int controlgroup_leave(void);
