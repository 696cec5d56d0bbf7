/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names and addresses that a network has at each start, because they are made of its name or of
 * an id. Pure.
 */
#pragma once

#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "mac.h"
#include "parse.h"

enum { PLAN_SEED_MAX = 128 }; /* bytes */

/* A device's name, of at most IF_NAMESIZE - 1 characters, from a network's. */
void plan_name_device(const char *name, char device[IF_NAMESIZE]);

/*
 * That of the worker's TAP where the device is a bridge: two networks whose devices have two names
 * have TAPs with two names.
 */
void plan_name_tap(const char device[IF_NAMESIZE], char tap[IF_NAMESIZE]);

/* That of the bridge which the instances of an identifier share. */
void plan_name_bridge(const uint8_t id[UUID_SIZE], char bridge[IF_NAMESIZE]);

/* A MAC, unicast and locally administered, from a seed of size bytes. */
void plan_make_mac(const char *seed, size_t size, uint8_t mac[MAC_SIZE]);

/* The nth IPv6 prefix that is tried, from a seed of size bytes. */
struct in6_addr plan_make_prefix6(const char *seed, size_t size, unsigned n);
