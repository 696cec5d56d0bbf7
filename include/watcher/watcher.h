/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The watcher: a process of the host process's user that outlives it when it is killed. It
 * holds a pidfd of the host process and the nftables socket, and so the table of rules: the
 * host forwards for nobody when the rules go. It reads nothing while it waits.
 */
#pragma once

/*
 * argv as in parts.h. Descriptor 3 is the host process's pidfd,
 * 4 the nftables socket. When the host process has ended, forwarding is set back by what it
 * wrote down, unless a new instance of the name is doing that already. Returns the exit status.
 */
int watcher_main(int argc, char *const *argv);
