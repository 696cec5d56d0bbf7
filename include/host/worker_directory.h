/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A directory directly in RUNDIR for the worker to fill. RUNDIR is ours alone, so nobody else can
 * put anything in its place. If we are root, its previous owner may have been another user: nothing
 * of that user's, including access lists, is in the way of the next.
 */
#pragma once

struct identity;

/*
 * Creates it and gives it to owner; if it already belonged to owner, its contents stay. 0, or
 * -errno.
 */
int worker_directory_make(const char *path, const struct identity *owner);

/*
 * Removes it. As root, with everything in it except directories that are not empty: then it is
 * renamed, which is logged, and belongs to root.
 */
void worker_directory_remove(const char *path);
