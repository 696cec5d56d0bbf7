/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firewalld's zones, as its nftables rules show them. Ours takes every device of
 * ours by a wildcard in the zone's file (etc/firewalld), so that nobody has to ask
 * firewalld for anything, which only root and a polkit rule could.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "firewall_finding.h"

struct json_t;

/* The zone that "make install" gives to firewalld. */
#define FIREWALL_ZONE_NAME "vde_vmnet"

/* Whether the chain is one of firewalld's. */
bool firewall_zone_owns(const struct json_t *chain);

/*
 * Why a packet from or to the device is dropped in chain, a base chain of
 * firewalld's, and what a person types.
 */
enum firewall_remedy firewall_zone_choose(const struct json_t *ruleset, const struct json_t *chain,
					  const char *device, char *advice, size_t size);

/*
 * Whether the device was put into another zone by its name, but our wildcard comes
 * before that: zones are in the order of their names, in firewalld 1 the last name first.
 */
bool firewall_zone_hides(const struct json_t *ruleset, const struct json_t *chain,
			 const char *device, char *advice, size_t size);
