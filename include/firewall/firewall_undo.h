/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Removes our rules from others' chains, where their comment identifies them, and keeps the records
 * of that. What has to stay is logged.
 */
#pragma once

#include <stdbool.h>

#include "undolog.h"
#include "nft.h"

/* What a network may have to undo; a record each. */
enum firewall_undo {
	FIREWALL_UNDO_RULES,  /* in nftables' tables */
	FIREWALL_UNDO_LEGACY, /* in iptables-legacy's */
	FIREWALL_UNDO_KINDS,
};

/* The record of that kind for the network name. */
void firewall_undo_format(enum firewall_undo kind, const char *name,
			  char record[UNDOLOG_RECORD_MAX]);

/*
 * Deletes the rules of the network name from nftables' other tables. Returns whether none is left.
 */
bool firewall_undo_rules(struct nft *nft, const char *name);

/* The same for iptables-legacy; waits at most FIREWALL_LEGACY_UNDO_TIME (firewall_legacy.h). */
bool firewall_undo_legacy(const char *name);

/*
 * Undoes a record of a dead instance and cancels it, unless something has to stay. False if the
 * record is not from firewall_undo_format().
 */
bool firewall_undo(struct undolog *undolog, const char *record);
