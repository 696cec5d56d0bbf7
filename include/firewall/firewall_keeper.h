/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the host's other firewalls from dropping guests' traffic: examines their rules at the start
 * and whenever the kernel reports a change, and does what the user asked for (--firewall). Our
 * rules carry a comment with the network's name, by which we find them again, whoever has moved
 * them.
 *
 * Where iptables-legacy is in use, a look waits for it, at most FIREWALL_LEGACY_TIME
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
	struct firewall_guests guests; /* the caller's copy, which it keeps up to date */
	struct nft *nft;
	struct loop *loop;
	struct undolog *undolog;
	struct timer look;   /* the next look, soon */
	struct timer legacy; /* regular looks, because iptables-legacy reports no changes */
	int64_t asked;	     /* ms, CLOCK_MONOTONIC: the first change not yet examined; 0: none */
	int64_t rest;	     /* ms, CLOCK_MONOTONIC: no look before then */
	bool recorded[FIREWALL_UNDO_KINDS];
	int legacy_error; /* why iptables-legacy's rules cannot be read; 0, or -errno */
	unsigned unread;  /* consecutive looks that could not read the rules */
	unsigned changes; /* we made to others' rules in this period */
	int64_t period;	  /* ms, CLOCK_MONOTONIC: when the period began */
	bool held_back;	  /* and logged */
	struct firewall_report report;
	/*
	 * Called when something that is dropped, and that we do not fix, is first found; or NULL.
	 * Set it after the start.
	 */
	void (*blocked)(struct firewall_keeper *keeper, const char *what);
};

/*
 * Looks, and keeps looking. nft is open; what guests points to lives as long as the keeper. 0, or
 * -errno.
 */
int firewall_keeper_start(struct firewall_keeper *keeper, enum firewall_mode mode,
			  const struct firewall_guests *guests, struct nft *nft, struct loop *loop,
			  struct undolog *undolog);

/*
 * Removes all our rules from others' chains. Takes a zeroed one. If some have to stay, so does
 * their record.
 */
void firewall_keeper_stop(struct firewall_keeper *keeper);

/* Looks again soon: something changed that the kernel does not report. */
void firewall_keeper_look_soon(struct firewall_keeper *keeper);

/* Prints on stdout what a start would find and do; changes nothing. */
void firewall_keeper_check(enum firewall_mode mode, const struct firewall_guests *guests,
			   struct nft *nft);
