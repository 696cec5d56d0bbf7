/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A directory right in RUNDIR that is the worker's to fill. RUNDIR is ours alone, so nobody else
 * puts anything in its place. Where we are root, who had it before may have been another person,
 * and nothing of what he leaves, with its access lists, is in the way of the next.
 */
#pragma once

struct identity;

/* Makes it, and gives it to owner; his own from before stays. 0, or -errno. */
int worker_directory_make(const char *path, const struct identity *owner);

/*
 * Removes it. As root: with all that is in it, but for directories that are not empty. With those
 * it gets another name, which is logged, and is root's.
 */
void worker_directory_remove(const char *path);
