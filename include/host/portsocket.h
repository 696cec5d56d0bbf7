/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets on ports of the host, to probe them or to hold them. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/*
 * Fills in *name for that family; IPv4 addresses are mapped, and in6addr_any means any in either
 * family. Returns its size.
 */
socklen_t portsocket_name(int family, const struct in6_addr *address, uint16_t port,
			  struct sockaddr_storage *name);

/*
 * A socket of that type (SOCK_STREAM, SOCK_DGRAM), bound there; the address need not exist yet.
 * shares: with SO_REUSEADDR. The descriptor, or -errno: -EADDRINUSE.
 */
int portsocket_open(int family, const struct in6_addr *address, uint16_t port, int type,
		    bool shares);
