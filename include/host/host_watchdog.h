/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the service manager has a watchdog, it is fed only while the worker
 * answers: frames that nobody moves are a failure, however well the host
 * process is. A step of host.c.
 *
 * The host process, too, has to come back to its loop in time. Its callbacks wait for nothing
 * but this, which takes milliseconds unless something is wrong:
 *
 *   a child of ours, until it executes: at most PROCESS_EXEC_MAX (process_start())
 *   the end of dnsmasq, when it is to start with other options: at most DNSMASQ_GRACE
 *   the lock over all networks: at most UNDOLOG_LOCK_MAX (undolog_lock_all()); twice, once a
 *     family, when routes change
 *   the kernel's table of connections, when forwards change: 0.9 s for 262144
 *   the forwarder, until it has let go of a UDP port: at most HOST_FORWARDER_LETS_GO, and of one
 *     that was too slow once no more (host_forwarder.c)
 *   iptables-legacy: at most FIREWALL_LEGACY_TIME a look (firewall_legacy.h)
 *
 * What may come together in one callback is less than two thirds of the unit's WatchdogSec=, as
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
