/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firewalld's zones, as seen in its nftables rules. Ours takes all our devices by a wildcard in the
 * zone's file (etc/firewalld), so that nobody has to ask firewalld for anything, which would take
 * root or a polkit rule.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "firewall_finding.h"

struct json_t;

/* The zone that "make install" adds to firewalld. */
#define FIREWALL_ZONE_NAME "vde_vmnet"

/* Whether the chain is one of firewalld's. */
bool firewall_zone_owns(const struct json_t *chain);

/*
 * Why a packet from or to the device is dropped in chain, a base chain of firewalld's, and what a
 * person should type.
 */
enum firewall_remedy firewall_zone_choose(const struct json_t *ruleset, const struct json_t *chain,
					  const char *device, char *advice, size_t size);

/*
 * Whether the device was put into another zone by name, but our wildcard comes first: zones are in
 * the order of their names, in firewalld 1 the last name first.
 */
bool firewall_zone_hides(const struct json_t *ruleset, const struct json_t *chain,
			 const char *device, char *advice, size_t size);
