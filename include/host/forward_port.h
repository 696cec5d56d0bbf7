/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the host itself uses a port that shall be forwarded. */
#pragma once

#include "hostfwd.h"

/*
 * A socket that is bound to a port of the host as the forward names it, among first and last, for
 * whoever wants to know that it is free, or to listen there. Its address need not be there yet.
 * The descriptor, or -errno.
 */
int forward_port_open(const struct hostfwd *hostfwd, uint16_t port);

/* Whether all ports are free. 0, or -1 with *problem, which names the first that is not. */
int forward_port_check(const struct hostfwd *hostfwd, struct problem *problem);
