/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kills a dnsmasq that hangs, so that it is restarted as after a crash: within fifteen seconds if
 * it serves DNS. It is asked for the gateway's own name, over UDP; any answer will do. If it serves
 * only DHCP, there is nothing to ask, and only a stopped one (SIGSTOP) is noticed. A step of
 * host.c.
 */
#pragma once

#include "host_state.h"

/* 0, or -1 with host->problem. */
int host_pulse_up(struct host *host);
void host_pulse_down(struct host *host);
