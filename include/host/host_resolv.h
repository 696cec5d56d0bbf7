/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's name servers as a step of the host process: dnsmasq has a copy of them in
 * RUNDIR, which follows /etc/resolv.conf. None of it fails a start: DHCP does not need it.
 */
#pragma once

#include "host_state.h"

/* Makes the copy and watches the file, where dnsmasq asks elsewhere. 0, or -1. */
int host_resolv_up(struct host *host);

/* Devices changed: a server may be behind one of them. */
void host_resolv_follow(struct host *host);

/* Removes the copy. Takes one that never began. */
void host_resolv_down(struct host *host);
