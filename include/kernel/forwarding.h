/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Forwarding on the devices that carry the default route: the kernel decides on
 * the device a packet comes in by, so answers from outside need it there, and
 * the host's global switch stays as it is. Several instances share a device: the
 * last one out turns it off.
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

struct forwarding_family {
	const char *verb; /* of its records, with a final blank */
	const char *key;  /* the sysctl, with %s for the device */
};

extern const struct forwarding_family forwarding_ipv4;
extern const struct forwarding_family forwarding_ipv6;

struct forwarding {
	const struct forwarding_family *family;
	struct undolog *undolog;
	unsigned n;
	char devices[LINK_DEFAULTS_MAX][IF_NAMESIZE]; /* those we turned on, or share */
};

/* Both are kept by reference. */
void forwarding_init(struct forwarding *forwarding, const struct forwarding_family *family,
		     struct undolog *undolog);

/* Makes devices (names, n of them) the ones that forward for us. 0, or the first -errno. */
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
