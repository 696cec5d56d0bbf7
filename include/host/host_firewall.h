/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host process's part in getting along with other firewalls: a step of host.c, after the device
 * has its addresses.
 */
#pragma once

#include "host_state.h"

/* 0, or -1 with host->problem. */
int host_firewall_up(struct host *host);
void host_firewall_down(struct host *host);

/* Call when routes or devices changed, after link_refresh(). */
void host_firewall_follow(struct host *host);

/* For --check: prints what other firewalls would drop. */
void host_firewall_check(const struct plan *plan, struct nft *nft);
