/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TAP that is given to an emulator and is a member of the network's bridge. Without any
 * privilege, its holder may change the device's MAC address, owner and carrier, and make it
 * persistent. So it belongs to our uid, and its alias is our mark, which others cannot change: it
 * tells the network, the user, the MAC address that its guest must have, its own MAC address, and
 * whether it is isolated. The bridge itself guards this member: frames from other addresses do not
 * pass (locked, with a static entry that nothing moves; until the guest's address is known, nothing
 * passes), nothing is learned there, frames for unknown addresses are not sent there, and a
 * spanning tree frame from there shuts it down.
 */
#pragma once

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "link.h"
#include "link_facts.h"
#include "mac.h"
#include "undolog.h"

/*
 * Their names begin with this, followed by a number that the kernel chooses. No network's device
 * has such a name.
 */
#define GUESTTAP_NAME "vmnettap"

struct guesttap {
	int index;
	char name[IF_NAMESIZE];
	uid_t uid;	       /* the user it was made for */
	uint8_t mac[MAC_SIZE]; /* the guest's; 0: not known yet */
	uint8_t own[MAC_SIZE]; /* the device's, which is different */
	bool isolated;	       /* its guest can reach no other guest */
	bool plain;	       /* made without virtio headers; unknown after a restart */
};

/* The initial address of the device for a guest with that address. */
void guesttap_own_mac(const uint8_t mac[MAC_SIZE], uint8_t own[MAC_SIZE]);

/* Whether its guest's address is not known yet. */
bool guesttap_is_newcomer(const struct guesttap *tap);

/*
 * Makes one for tap->uid, tap->mac and tap->own, down and not in a bridge, with a descriptor for
 * each of n queues, which the caller closes; fills in the rest of *tap. It goes with the last
 * descriptor. 0, or -errno: -EBUSY if someone else took one of its queues first.
 */
int guesttap_make(struct link *link, const char *network, unsigned mtu, unsigned n, int *fds,
		  struct guesttap *tap);

/*
 * Takes one from an earlier run down, because one whose bridge was deleted is up, and sets its MTU
 * (bytes), because the bridge would take it over. 0, or -errno.
 */
int guesttap_prepare(struct link *link, const struct guesttap *tap, unsigned mtu);

/*
 * Adds it to the bridge with that index, guarded before it is up; isolated: from other isolated
 * ports. 0, or -errno: then it is not in the bridge, and down. -EOPNOTSUPP: the kernel cannot lock
 * ports (Linux 5.18 can).
 */
int guesttap_join(struct link *link, const struct guesttap *tap, int bridge, bool isolated);

/* Removes it from its bridge, and takes it down. */
void guesttap_expel(struct link *link, const struct guesttap *tap);

/*
 * From now on its guest has that address, which the guest told us; updates our mark. 0, or -errno.
 */
int guesttap_adopt(struct link *link, struct guesttap *tap, const char *network,
		   const uint8_t mac[MAC_SIZE]);

/* Adds its entry to the bridge's table again, if it was lost. 0, or -errno. */
int guesttap_enter(struct link *link, const struct guesttap *tap);

/* Whether it was made persistent, and nobody holds it any more; then it must be deleted. */
bool guesttap_is_left(struct link *link, const struct link_facts *facts);

/* Calls each() for all of the network's. 0, or -errno. */
int guesttap_each(struct link *link, const char *network,
		  void (*each)(void *context, const struct guesttap *tap), void *context);

/* Notes in the undo log that there may be some. 0, or -errno. */
int guesttap_record(struct undolog *undolog);

/*
 * At the end: takes down those that someone holds and removes them from the bridge; they stay as
 * long as they are held. Others are deleted. Also undoes a dead instance's record, and cancels it;
 * false if it is not such a record, or if they could not be listed.
 */
bool guesttap_undo(struct undolog *undolog, const char *record);
