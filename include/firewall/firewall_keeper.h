/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the host's other firewalls from dropping guests' traffic: looks at
 * their rules at the start and whenever the kernel tells that some changed,
 * and does what the user asked for (--firewall). Rules of ours carry a comment
 * with the network's name, by which they are found again, whoever moved them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "firewall.h"
#include "journal.h"
#include "loop.h"
#include "nft.h"
#include "timer.h"

enum truce_mode {
	TRUCE_AUTO,  /* let guests' traffic pass, by rules of ours among theirs */
	TRUCE_OWN,   /* touch nothing of others; say what would be dropped */
	TRUCE_PRINT, /* the same, as the commands alone */
};

/* Both rulesets': nftables', and that of iptables-legacy. */
enum { TRUCE_RECORDS = 2, TRUCE_FINDINGS_MAX = 2 * FIREWALL_FINDINGS_MAX };

struct truce {
	enum truce_mode mode;
	struct firewall_guests guests; /* the caller's, kept up to date by it */
	struct nft *nft;
	struct loop *loop;
	struct journal *journal;
	struct timer look;   /* soon */
	struct timer legacy; /* now and then: iptables-legacy tells nobody */
	int64_t asked;	     /* ms, CLOCK_MONOTONIC: the first change not yet looked at; 0: none */
	int64_t rest;	     /* likewise: no look before */
	bool recorded[TRUCE_RECORDS];
	int legacy_error; /* why its rules cannot be read; 0, or -errno */
	unsigned unread;  /* looks in vain at the rules, one after another */
	unsigned changes; /* of others' rules, in this period */
	int64_t period;	  /* ms, CLOCK_MONOTONIC: when it began */
	bool held_back;	  /* said so */
	unsigned n_said;
	uint64_t said[TRUCE_FINDINGS_MAX]; /* what still stands */
};

/*
 * Looks, and goes on looking. nft is open; guests, and what it points to, live
 * as long as the truce. 0, or -errno.
 */
int truce_start(struct truce *truce, enum truce_mode mode, const struct firewall_guests *guests,
		struct nft *nft, struct loop *loop, struct journal *journal);

/*
 * Removes every rule of ours from others' chains. Takes a zeroed one. Where some
 * have to stay, their record does.
 */
void truce_stop(struct truce *truce);

/* Looks again soon: something changed that the kernel does not tell of. */
void truce_look_soon(struct truce *truce);

/* Prints on stdout what a start would find and do; changes nothing. */
void truce_check(enum truce_mode mode, const struct firewall_guests *guests, struct nft *nft);

/* Undoes a journal record of a dead instance; false when it is none that this module can read. */
bool truce_undo(struct journal *journal, const char *record);
