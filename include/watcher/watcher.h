/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The watcher: a process of the host process's user that outlives it if it is killed. It holds a
 * pidfd of the host process and the nftables socket, and with it the table of rules: by the time
 * the rules go, the host no longer forwards for anyone. It reads nothing while it waits.
 */
#pragma once

/*
 * argv as in parts.h. Descriptor 3 is the host process's pidfd, 4 the nftables socket. Once the
 * host process has ended, resets forwarding and removes devices by the records it wrote, unless a
 * new instance of the name is already doing so. Returns the exit status.
 */
int watcher_main(int argc, char *const *argv);
