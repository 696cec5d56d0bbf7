/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Turns on forwarding on the devices with the default route or, with forwarded ports, on all that
 * have an address. The kernel looks at the device a packet comes in by, so answers from outside
 * need it there; the host's global switch stays as it is. Several instances share a device, and the
 * last one out turns it off. A device is identified by its index: one that was deleted and made
 * again is another, one that was renamed is the same. If other software turns forwarding off,
 * upkeep.h decides what to do.
 *
 * For IPv6 this is force_forwarding (Linux 6.17). The older conf/DEVICE/forwarding has no such
 * effect in IPv6, and writing it makes the kernel forget the default routes that routers advertised
 * to the host.
 */
#pragma once

#include <net/if.h>
#include <stdbool.h>

#include "undolog.h"
#include "link.h"
#include "link_routes.h"
#include "upkeep.h"

struct forwarding_family {
	const char *verb; /* of its records, with a final space */
	const char *key;  /* the sysctl, with %s for the device */
};

extern const struct forwarding_family forwarding_ipv4;
extern const struct forwarding_family forwarding_ipv6;

/* A device that we turned it on for, or share. */
struct forwarding_device {
	int index;
	char name[IF_NAMESIZE];
	struct upkeep upkeep;
};

struct forwarding {
	const struct forwarding_family *family;
	struct undolog *undolog;
	unsigned n;
	struct forwarding_device devices[LINK_DEFAULTS_MAX];
};

/* Keeps references to both. */
void forwarding_init(struct forwarding *forwarding, const struct forwarding_family *family,
		     struct undolog *undolog);

/*
 * Makes the n devices (names) the ones that forward for us, and checks that they still do. 0, or
 * the first -errno.
 */
int forwarding_follow(struct forwarding *forwarding, char devices[][IF_NAMESIZE], unsigned n);

/* Whether we turned it on for the device with that index and name, or another of our instances did.
 */
bool forwarding_is_ours(const struct forwarding *forwarding, int index, const char *device);

/* Releases all. */
void forwarding_finish(struct forwarding *forwarding);

/* Undoes a dead instance's record, and cancels it; false if this module cannot read it. */
bool forwarding_undo(struct undolog *undolog, const char *record);
