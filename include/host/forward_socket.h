/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sockets of the forwarder, made for it: those that it listens at, and one to the guest for
 * each connection. It can do neither itself.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>

#include "hostfwd.h"

/*
 * A socket at the first port of a forward. It gets what the host itself sends, to any of its
 * addresses, and nothing else, whatever the rules are: a filter of the socket asks for the
 * loopback device, by which all of that comes. (A socket that is bound to that device gets what
 * is sent to loopback addresses only: the kernel takes the rest as come by the device that has the
 * address.) A TCP socket refuses connections until it is opened. Its number is so high that it is
 * in the way of nobody who uses select(). The descriptor, or -errno: -EADDRINUSE.
 */
int forward_socket_listen(const struct hostfwd *hostfwd);

/*
 * Lets a TCP socket listen, or refuse connections again: those that nobody accepted are reset.
 * The port stays ours. What goes to a UDP socket is the forwarder's matter. 0, or -errno.
 */
int forward_socket_open(int fd, const struct hostfwd *hostfwd, bool open);

/* Closes one, so that the port is free although the forwarder's copy may live a moment longer;
 * that of UDP is free when that is closed, too. */
void forward_socket_close(int fd, const struct hostfwd *hostfwd);

/*
 * A socket that is connected, or about to be, to the port that the forward's first leads to, of
 * the guest at address (IPv4 is mapped), by the device of that index and no other.
 * The descriptor, or -errno.
 */
int forward_socket_connect(const struct hostfwd *hostfwd, const struct in6_addr *address,
			   int device);
