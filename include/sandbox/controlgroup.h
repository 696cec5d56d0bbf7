/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control group (cgroups(7), version 2) that a process was started in. The owner of one, such
 * as a user with those below systemd --user, can kill all processes in it at once, even root's.
 */
#pragma once

/*
 * Leaves a group that does not belong only to root, for the root group. 0, also if there is none;
 * or -errno.
 */
int controlgroup_leave(void);
