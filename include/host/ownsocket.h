/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets in RUNDIR, where only we can write: what we bind there stays in place until we remove it.
 * The worker gets them once they listen.
 */
#pragma once

/*
 * A socket of that type (SOCK_STREAM, SOCK_SEQPACKET), bound at path (mode 0600), that accepts no
 * descriptors. Anything already there is removed: a network's name belongs to one instance
 * (undolog.h). The descriptor, or -errno.
 */
int ownsocket_bind(const char *path, int type);
