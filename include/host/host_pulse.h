/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dnsmasq that hangs is ended, and so started again, as one that dies is: within fifteen
 * seconds where it serves DNS. It is asked for the gateway's own name, over UDP, and what it
 * answers is not read. Where it serves DHCP alone there is nothing to ask, and only one that is
 * stopped (SIGSTOP) is seen. A step of host.c.
 */
#pragma once

#include "host_state.h"

/* 0, or -1 with host->problem. */
int host_pulse_up(struct host *host);
void host_pulse_down(struct host *host);
