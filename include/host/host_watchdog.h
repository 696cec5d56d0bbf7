/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * If the service manager has a watchdog, we feed it only while the worker answers: if no frames
 * move, that is a failure, however well the host process is. A step of host.c.
 *
 * The host process itself must also return to its loop in time. Its callbacks block on nothing but
 * the following, which takes milliseconds unless something is wrong:
 *
 *   a child of ours, until it executes: at most PROCESS_EXEC_MAX (process_start())
 *   dnsmasq, until it has ended, to restart it with other options: at most DNSMASQ_GRACE
 *   the lock of all networks: at most UNDOLOG_LOCK_MAX (undolog_lock_all()); twice, once per
 *     family, when routes change
 *   the kernel's table of connections, when forwards change: 0.9 s for 262144
 *   the forwarder, until it releases a UDP port: at most HOST_FORWARDER_LETS_GO, and never again
 *     after it was once too slow (host_forwarder.c)
 *   iptables-legacy: at most FIREWALL_LEGACY_TIME per look (firewall_legacy.h)
 *
 * Whatever can add up in one callback takes less than two thirds of the unit's WatchdogSec=, as
 * host_watchdog.c asserts. A start, before it is ready, and an end may take longer
 * (TimeoutStartSec=, TimeoutStopSec=).
 */
#pragma once

#include "host_state.h"

/* 0, or -1 with host->problem. */
int host_watchdog_up(struct host *host);
void host_watchdog_down(struct host *host);

/* The worker answered. */
void host_watchdog_answered(struct host *host);
