/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VDE point-to-point sockets at a path (doc/design.md, "VDE point to point"): the first to come
 * waits at the path, the other joins. Follows libvdeplug_ptp.c of libvdeplug 4.0 (first generation)
 * and of 2025 (second). This touches paths, so it runs only as an unprivileged user.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "endpoint.h"

/*
 * Joins or makes the point at endpoint->path, with its directory (ptpdir.h). generation is used if
 * endpoint->generation is AUTO and no peer is there yet. group gets access (mode 0770 instead of
 * 0700) unless it is (gid_t)-1. 0 with the descriptor in *fd, a listening socket if *listener; or
 * -errno: -EADDRINUSE if two are there already, -ENOTSOCK if the path is something else,
 * -EPROTOTYPE if the peer there uses another generation than endpoint->generation.
 */
int ptp_open(const struct endpoint *endpoint, enum endpoint_generation generation, gid_t group,
	     int *fd, bool *listener);

/*
 * Removes sockets at PATH and PATH+ that belong to the caller and that nobody listens at. In a
 * directory that we made, also those of others, a PATH+ that we cannot access, and that directory.
 */
void ptp_remove(const char *path);
