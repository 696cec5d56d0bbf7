/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end of a truce: our rules are taken out of others' chains, known by their
 * comment. What has to stay is told in a line of the log.
 */
#pragma once

#include <stdbool.h>

#include "nft.h"

/* Deletes what network name has in nftables' other tables. Whether none is left. */
bool truce_undo_rules(struct nft *nft, const char *name);

/* The same of iptables-legacy. */
bool truce_undo_legacy(const char *name);
