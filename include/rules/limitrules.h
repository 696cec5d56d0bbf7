/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of our nftables table that keeps guests from using up the host's connection
 * tracking, which all of the host shares: pure text, as ruleset.h, which makes it a part of the
 * whole.
 */
#pragma once

#include <stdbool.h>

enum {
	LIMITRULES_MAX = 3072,	       /* bytes of all chains and sets */
	LIMITRULES_TRACKED_MIN = 8192, /* what small hosts track; taken where it is unknown */
};

struct limitrules {
	/* Connections that each guest may have at least, up to half of what all may have, */
	unsigned guest;
	unsigned tracked; /* and what the host tracks: net.netfilter.nf_conntrack_max */
	bool dns_timeout; /* the kernel can give DNS a timeout of its own */
	bool outside;	  /* guests get outside, */
	bool ipv6;	  /* and in IPv6 */
};

/* What all guests together may have: half of what the host tracks. */
unsigned limitrules_all(unsigned tracked);

/*
 * Writes the objects, and the chain "opens", to which the first packet of each connection of a
 * guest has to go, before it is let through. Where guests get outside, also the chain "seeks", for
 * what leaves.
 */
void limitrules_format(const struct limitrules *rules, char text[LIMITRULES_MAX]);
