/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes our rules out of others' chains, where they are known by their comment, and keeps the
 * records of that. What has to stay is told in a line of the log.
 */
#pragma once

#include <stdbool.h>

#include "undolog.h"
#include "nft.h"

/* What there is to undo, of a network: a record each. */
enum firewall_undo {
	FIREWALL_UNDO_RULES,  /* in nftables' tables */
	FIREWALL_UNDO_LEGACY, /* in iptables-legacy's */
	FIREWALL_UNDO_KINDS,
};

/* The record of that kind, for the network name. */
void firewall_undo_format(enum firewall_undo kind, const char *name,
			  char record[UNDOLOG_RECORD_MAX]);

/* Deletes what the network name has in nftables' other tables. Whether none is left. */
bool firewall_undo_rules(struct nft *nft, const char *name);

/* The same of iptables-legacy; waits at most FIREWALL_LEGACY_UNDO_TIME (firewall_legacy.h). */
bool firewall_undo_legacy(const char *name);

/*
 * Undoes a record of a dead instance, and cancels it, unless something has to stay. False when
 * it is none of firewall_undo_format().
 */
bool firewall_undo(struct undolog *undolog, const char *record);
