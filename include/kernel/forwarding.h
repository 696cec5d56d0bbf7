/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Forwarding on the devices that carry the default route, and where ports of the host lead to
 * guests on all that have an address: the kernel decides on
 * the device a packet comes in by, so answers from outside need it there, and
 * the host's global switch stays as it is. Several instances share a device: the
 * last one out turns it off. A device is its index: one that was deleted and made anew is another,
 * and one that was renamed is the same. Where other software turns it off, upkeep.h says what to
 * do.
 *
 * For IPv6 that is force_forwarding (Linux 6.17). What all kernels have,
 * conf/DEVICE/forwarding, decides nothing in IPv6; and writing it makes the
 * kernel forget the default routes that routers have told the host.
 */
#pragma once

#include <net/if.h>
#include <stdbool.h>

#include "undolog.h"
#include "link.h"
#include "link_routes.h"
#include "upkeep.h"

struct forwarding_family {
	const char *verb; /* of its records, with a final blank */
	const char *key;  /* the sysctl, with %s for the device */
};

extern const struct forwarding_family forwarding_ipv4;
extern const struct forwarding_family forwarding_ipv6;

/* One that we turned on, or share. */
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

/* Both are kept by reference. */
void forwarding_init(struct forwarding *forwarding, const struct forwarding_family *family,
		     struct undolog *undolog);

/*
 * Makes devices (names, n of them) the ones that forward for us, and sees that they still do. 0,
 * or the first -errno.
 */
int forwarding_follow(struct forwarding *forwarding, char devices[][IF_NAMESIZE], unsigned n);

/* Whether we turned it on for the device, or another instance of ours did. */
bool forwarding_is_ours(const struct forwarding *forwarding, const char *device);

/* Lets go of all. */
void forwarding_finish(struct forwarding *forwarding);

/*
 * Undoes an undo log record of a dead instance, and cancels it; false when it is none that this
 * module can read.
 */
bool forwarding_undo(struct undolog *undolog, const char *record);
