/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the host's other firewalls from dropping guests' traffic: looks at
 * their rules at the start and whenever the kernel tells that some changed,
 * and does what the user asked for (--firewall). Rules of ours carry a comment
 * with the network's name, by which they are found again, whoever moved them.
 *
 * A look waits for iptables-legacy where that is in use, at most FIREWALL_LEGACY_TIME
 * (firewall_legacy.h): at the start, and in callbacks of the loop.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "firewall_finding.h"
#include "firewall_report.h"
#include "firewall_undo.h"
#include "undolog.h"
#include "loop.h"
#include "nft.h"
#include "timer.h"

struct firewall_keeper {
	enum firewall_mode mode;
	struct firewall_guests guests; /* the caller's, kept up to date by it */
	struct nft *nft;
	struct loop *loop;
	struct undolog *undolog;
	struct timer look;   /* soon */
	struct timer legacy; /* now and then: iptables-legacy tells nobody */
	int64_t asked;	     /* ms, CLOCK_MONOTONIC: the first change not yet looked at; 0: none */
	int64_t rest;	     /* likewise: no look before */
	bool recorded[FIREWALL_UNDO_KINDS];
	int legacy_error; /* why its rules cannot be read; 0, or -errno */
	unsigned unread;  /* looks in vain at the rules, one after another */
	unsigned changes; /* of others' rules, in this period */
	int64_t period;	  /* ms, CLOCK_MONOTONIC: when it began */
	bool held_back;	  /* said so */
	struct firewall_report report;
	/* What is dropped and not mended was found, for the first time; or NULL. Set after start.
	 */
	void (*blocked)(struct firewall_keeper *keeper, const char *what);
};

/*
 * Looks, and goes on looking. nft is open; guests, and what it points to, live
 * as long as the keeper. 0, or -errno.
 */
int firewall_keeper_start(struct firewall_keeper *keeper, enum firewall_mode mode,
			  const struct firewall_guests *guests, struct nft *nft, struct loop *loop,
			  struct undolog *undolog);

/*
 * Removes every rule of ours from others' chains. Takes a zeroed one. Where some
 * have to stay, their record does.
 */
void firewall_keeper_stop(struct firewall_keeper *keeper);

/* Looks again soon: something changed that the kernel does not tell of. */
void firewall_keeper_look_soon(struct firewall_keeper *keeper);

/* Prints on stdout what a start would find and do; changes nothing. */
void firewall_keeper_check(enum firewall_mode mode, const struct firewall_guests *guests,
			   struct nft *nft);
