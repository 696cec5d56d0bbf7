/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPv4 forwarding on the devices that carry the default route: the kernel
 * decides on the device a packet comes in by, so answers from outside need it
 * there, and the host's global switch stays as it is. Several instances share a
 * device: the last one out turns it off.
 */
#pragma once

#include <net/if.h>

#include "journal.h"
#include "link.h"

struct forwarding {
	struct journal *journal;
	unsigned n;
	char devices[LINK_DEFAULTS_MAX][IF_NAMESIZE]; /* those we turned on, or share */
};

void forwarding_init(struct forwarding *forwarding, struct journal *journal);

/* Makes devices (names, n of them) the ones that forward for us. 0, or the first -errno. */
int forwarding_follow(struct forwarding *forwarding, char devices[][IF_NAMESIZE], unsigned n);

/* Lets go of all. */
void forwarding_finish(struct forwarding *forwarding);

/*
 * Undoes a journal record of a dead instance, and cancels it; false when it is no record of this
 * module.
 */
bool forwarding_undo(struct journal *journal, const char *record);
