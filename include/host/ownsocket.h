/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets in RUNDIR, which is ours alone: what we bind there stays what it is until it is let go.
 * The worker gets them when they listen.
 */
#pragma once

/*
 * A socket of that type (SOCK_STREAM, SOCK_SEQPACKET), bound at path (mode 0600), to which nobody
 * can send descriptors; what was there is removed: a network's name is one instance's (undolog.h).
 * The descriptor, or -errno.
 */
int ownsocket_bind(const char *path, int type);
