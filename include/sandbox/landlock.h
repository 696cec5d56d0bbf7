/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files a process may touch (landlock(7)). */
#pragma once

/*
 * From now on, permanently: sockets can be created and removed in directories (n of them); the rest
 * of the file system, the network and other processes are forbidden as far as this kernel can do
 * that. With a directory, abstract sockets of others stay reachable, because older clients of a
 * switch have them. Open files stay open. Needs no_new_privs. 0, or -errno: -EOPNOTSUPP or -ENOSYS
 * if the kernel has no Landlock.
 */
int landlock_keep_to(const char *const *directories, unsigned n);

enum landlock_use {
	LANDLOCK_READ,	  /* and list */
	LANDLOCK_EXECUTE, /* and read, and list */
	LANDLOCK_WRITE,	  /* and read; existing files only */
};

struct landlock_place {
	const char *path; /* a file, or a directory with all its content */
	enum landlock_use use;
};

/*
 * From now on, permanently: in the file system only these n places, each for its use. Other
 * processes are forbidden as above; the network is not. Missing places are ignored. 0, or -errno as
 * above.
 */
int landlock_keep_to_places(const struct landlock_place *places, unsigned n);
