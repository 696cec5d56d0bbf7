/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the host itself uses a port that is to be forwarded. */
#pragma once

#include "hostfwd.h"

/*
 * Opens a socket bound to one of the forward's ports on the host, to check that it is free or to
 * listen there. The forward's address need not exist yet. The descriptor, or -errno.
 */
int forward_port_open(const struct hostfwd *hostfwd, uint16_t port);

/* Whether all ports are free. 0, or -1 with *problem, which names the first that is not. */
int forward_port_check(const struct hostfwd *hostfwd, struct problem *problem);
