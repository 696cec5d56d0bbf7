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

enum landlock_use {
	LANDLOCK_READ,	  /* and list */
	LANDLOCK_EXECUTE, /* and read, and list */
	LANDLOCK_WRITE,	  /* and read; what is there already */
};

struct landlock_place {
	const char *path; /* a file, or a directory with all in it */
	enum landlock_use use;
};

/*
 * From now on, for good: of the file system these n places, each for that use, and of other
 * processes nothing, as above; the network stays. What is not there is left out. 0, or -errno as
 * above.
 */
int landlock_keep_to_places(const struct landlock_place *places, unsigned n);
