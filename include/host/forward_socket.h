/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The forwarder's sockets, which it cannot open itself: those it listens on, and one to the guest
 * for each connection.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>

#include "hostfwd.h"

/*
 * A socket on the forward's first port. Whatever the rules are, it receives only what the host
 * itself sends, to any of its addresses: a socket filter accepts only the loopback device, where
 * all of that arrives. (A socket bound to that device would get only what is sent to loopback
 * addresses: the kernel counts the rest as received on the device that has the address.) A TCP
 * socket refuses connections until it is opened. The descriptor is high, out of the way of anyone
 * who uses select(). The descriptor, or -errno: -EADDRINUSE.
 */
int forward_socket_listen(const struct hostfwd *hostfwd);

/*
 * Makes a TCP socket listen, or refuse connections again: those not accepted yet are reset. The
 * port stays ours. UDP sockets are left to the forwarder. 0, or -errno.
 */
int forward_socket_open(int fd, const struct hostfwd *hostfwd, bool open);

/*
 * Closes one. A TCP port is free at once, even if the forwarder's copy lives a moment longer; a UDP
 * port is free when that is closed, too.
 */
void forward_socket_close(int fd, const struct hostfwd *hostfwd);

/*
 * A socket that is connected, or connecting, to the guest at address (IPv4 is mapped), on the port
 * that the forward's first port leads to, through the device with that index only. The descriptor,
 * or -errno.
 */
int forward_socket_connect(const struct hostfwd *hostfwd, const struct in6_addr *address,
			   int device);
