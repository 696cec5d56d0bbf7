/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of our nftables table that keeps guests from using up the host's connection tracking,
 * which everything on the host shares. Pure text, like ruleset.h, which includes it.
 */
#pragma once

#include <stdbool.h>

enum {
	LIMITRULES_MAX = 3072,	       /* bytes of all chains and sets */
	LIMITRULES_TRACKED_MIN = 8192, /* what small hosts track; used if the limit is unknown */
};

struct limitrules {
	/*
	 * How many connections each guest may have at least, limited by half of what all may have.
	 */
	unsigned guest;
	unsigned tracked; /* how many the host tracks: net.netfilter.nf_conntrack_max */
	bool dns_timeout; /* the kernel supports a timeout just for DNS */
	bool outside;	  /* guests can get out, */
	bool ipv6;	  /* and in IPv6, too */
};

/* How many all guests together may have: half of what the host tracks. */
unsigned limitrules_all(unsigned tracked);

/*
 * Writes the objects, and the chain "opens", which the first packet of every guest's connection
 * must go through before it may pass. If guests can get out, also the chain "seeks", for what
 * leaves.
 */
void limitrules_format(const struct limitrules *rules, char text[LIMITRULES_MAX]);
