/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names and addresses that stay the same at each start, because they are derived from the network's
 * name or an id. Pure.
 */
#pragma once

#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "mac.h"
#include "parse.h"

enum { PLAN_SEED_MAX = 128 }; /* bytes */

/* Makes a device's name, at most IF_NAMESIZE - 1 characters, from a network's name. */
void plan_name_device(const char *name, char device[IF_NAMESIZE]);

/*
 * The name of the worker's TAP if the device is a bridge: different devices get different TAP
 * names.
 */
void plan_name_tap(const char device[IF_NAMESIZE], char tap[IF_NAMESIZE]);

/* The name of the bridge that the instances of a network identifier share. */
void plan_name_bridge(const uint8_t id[UUID_SIZE], char bridge[IF_NAMESIZE]);

/* Makes a MAC address, unicast and locally administered, from a seed of size bytes. */
void plan_make_mac(const char *seed, size_t size, uint8_t mac[MAC_SIZE]);

/* Makes the nth IPv6 prefix to try, from a seed of size bytes. */
struct in6_addr plan_make_prefix6(const char *seed, size_t size, unsigned n);
