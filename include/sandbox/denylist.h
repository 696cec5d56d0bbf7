/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls that an external program (dnsmasq) may not make: those that it does not need and
 * that lead to more. They return an error, and nothing is killed: the calls a library makes change
 * from version to version, and every library has a fallback for a missing one. Calls newer than
 * this list fail as on a kernel that does not have them yet. Written by hand, because no library
 * code may run under a filter that was not made for it.
 */
#pragma once

#include <stdbool.h>

/*
 * From now on, permanently; needs no_new_privs. executes: it may also execute other programs.
 * Otherwise it may execute once, when another process allows it by denylist_let_execute() with the
 * descriptor that this returns. If the kernel gives no descriptor, because a container's filter
 * already has one, execution is allowed. 0 with *listener (-1: none), or -errno.
 */
int denylist_enter(bool executes, int *listener);

/*
 * Waits, at most milliseconds, for the one execve() of the process that sent the descriptor, and
 * allows it. Once the descriptor is closed, any other fails. 0, or -errno: -ETIMEDOUT; -ECHILD: the
 * process ended.
 */
int denylist_let_execute(int listener, int milliseconds);
