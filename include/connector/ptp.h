/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VDE point-to-point sockets at a path (doc/design.md, "VDE point to point"): who comes
 * first waits at the path, the other joins. Follows libvdeplug_ptp.c of libvdeplug
 * 4.0 (first generation) and of 2025 (second). Paths are touched here, so this
 * runs as an unprivileged user only.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "endpoint.h"

/*
 * Joins or makes the point at endpoint->path, with its directory (ptpdir.h). generation is what to
 * speak when endpoint->generation is AUTO and no peer is there yet. group: gets access (mode 0770
 * instead of 0700), or (gid_t)-1. 0 with the descriptor in *fd, which is a listening socket when
 * *listener; or -errno: -EADDRINUSE when two are there already, -ENOTSOCK when the path is
 * something else, -EPROTOTYPE when a peer is there that speaks another generation than
 * endpoint->generation.
 */
int ptp_open(const struct endpoint *endpoint, enum endpoint_generation generation, gid_t group,
	     int *fd, bool *listener);

/*
 * Removes sockets at PATH and PATH+ that nobody listens at and that are the caller's; in a
 * directory of its making also others', and a PATH+ that is closed to it; and that directory.
 */
void ptp_remove(const char *path);
