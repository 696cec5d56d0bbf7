/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets at ports of the host, which are tried or held. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Fills in *name of that family, of which IPv4 is mapped; in6addr_any is any of both. Its size. */
socklen_t portsocket_name(int family, const struct in6_addr *address, uint16_t port,
			  struct sockaddr_storage *name);

/*
 * A socket of that type (SOCK_STREAM, SOCK_DGRAM), bound there; the address need not be there yet.
 * shares: with SO_REUSEADDR. The descriptor, or -errno: -EADDRINUSE.
 */
int portsocket_open(int family, const struct in6_addr *address, uint16_t port, int type,
		    bool shares);
