/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files a process may touch (landlock(7)). */
#pragma once

/*
 * From now on, for good: sockets may be made and removed in directories (n of
 * them), and nothing else of the file system, the network and others' processes
 * as far as this kernel can forbid it. With a directory, others' sockets with abstract
 * names stay within reach: older clients of a switch have such. What is open stays so. Needs
 * no_new_privs. 0, or -errno: -EOPNOTSUPP or -ENOSYS where the kernel has none
 * of this.
 */
int landlock_keep_to(const char *const *directories, unsigned n);
