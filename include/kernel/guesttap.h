/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TAP that an emulator is given, and a member of the network's bridge. Its holder, without any
 * privilege, may change the device's MAC address, owner and carrier, and make it persistent; so it
 * belongs to our uid, and its alias is our mark: of which network it is, for whom, the MAC address
 * that its guest has to have, its own, and whether it is isolated. Others cannot change that. As a
 * member it is guarded by the bridge itself: what comes from another address does not pass (locked,
 * with a static entry that nothing moves; as long as the guest's address is not known, nothing at
 * all), nothing is learned there, what is for nobody known does not go there, and who says that it
 * is a bridge closes it.
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

/* What their names begin with, and then a number of the kernel's choice: no network's device has.
 */
#define GUESTTAP_NAME "vmnettap"

struct guesttap {
	int index;
	char name[IF_NAMESIZE];
	uid_t uid;	       /* whom it was made for */
	uint8_t mac[MAC_SIZE]; /* the guest's; 0: not known yet */
	uint8_t own[MAC_SIZE]; /* the device's, which is another */
	bool isolated;	       /* its guest reaches no other, whatever the network's others do */
	bool plain;	       /* made without virtio headers; not told of one of before */
};

/* The address of a device whose guest has that one, to begin with. */
void guesttap_own_mac(const uint8_t mac[MAC_SIZE], uint8_t own[MAC_SIZE]);

/* Whether its guest's address is not known yet. */
bool guesttap_is_newcomer(const struct guesttap *tap);

/*
 * Makes one for tap->uid, tap->mac and tap->own, down and a member of nothing, with a descriptor
 * for each of n queues, which the caller closes; fills in the rest of *tap. It goes with the last
 * of them. 0, or -errno: -EBUSY where somebody else took a queue of it first.
 */
int guesttap_make(struct link *link, const char *network, unsigned mtu, unsigned n, int *fds,
		  struct guesttap *tap);

/*
 * Sets one of before down, for one whose bridge was deleted is up, and gives it that MTU (bytes),
 * which the bridge would take from it. 0, or -errno.
 */
int guesttap_prepare(struct link *link, const struct guesttap *tap, unsigned mtu);

/*
 * Makes it a member of the bridge of that index, guarded before it is up; isolated: from other
 * ports that are. 0, or -errno: then it is none, and down. -EOPNOTSUPP: the kernel cannot lock
 * ports (Linux 5.18 can).
 */
int guesttap_join(struct link *link, const struct guesttap *tap, int bridge, bool isolated);

/* Takes it off whatever bridge it is on, and sets it down. */
void guesttap_expel(struct link *link, const struct guesttap *tap);

/* From now on its guest has that address, as it says, and as our mark says. 0, or -errno. */
int guesttap_adopt(struct link *link, struct guesttap *tap, const char *network,
		   const uint8_t mac[MAC_SIZE]);

/* Puts its entry into the bridge's table again, if it has lost that. 0, or -errno. */
int guesttap_enter(struct link *link, const struct guesttap *tap);

/* Whether it was made persistent, and nobody holds it (any more); then it is to be deleted. */
bool guesttap_is_left(struct link *link, const struct link_facts *facts);

/* Calls each() for every one of the network. 0, or -errno. */
int guesttap_each(struct link *link, const char *network,
		  void (*each)(void *context, const struct guesttap *tap), void *context);

/* Says in the undo log that there may be some. 0, or -errno. */
int guesttap_record(struct undolog *undolog);

/*
 * At the end: those that somebody holds are set down, members of nothing, and stay as long as he
 * does; others are deleted. Undoes the record of a dead instance, too, and cancels it; false where
 * it is none.
 */
bool guesttap_undo(struct undolog *undolog, const char *record);
