/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls that a program of another's may not make (dnsmasq): those that it has no use
 * for and that are the way to more. They fail, and nobody is killed: which calls a library makes
 * changes from version to version, and each falls back where one is missing. What is newer than
 * this list fails as on a kernel that does not have it yet. Written by hand, since nothing of a
 * library may run once a filter is on that was not made for it.
 */
#pragma once

#include <stdbool.h>

/*
 * From now on, for good; needs no_new_privs. executes: it may execute other programs, too.
 * Otherwise it may once: denylist_let_execute(), called by another process with the descriptor
 * that this returns, lets it. -1 instead of a descriptor where the kernel gives none, since
 * another filter of a container's is asked already: then it may execute. 0 with *listener (-1:
 * none), or -errno.
 */
int denylist_enter(bool executes, int *listener);

/*
 * Waits, at most milliseconds, for the one execve() of who sent the descriptor, and lets it. When
 * it is closed after that, any other fails. 0, or -errno: -ETIMEDOUT; -ECHILD: it has ended.
 */
int denylist_let_execute(int listener, int milliseconds);
