/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A look at the rules of the host's other firewalls, in nftables and iptables-legacy. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "firewall_finding.h"
#include "nft.h"

enum { FIREWALL_LOOK_MAX = 2 * FIREWALL_FINDINGS_MAX };

/* Large: allocate it on the heap. */
struct firewall_look {
	unsigned n;
	struct firewall_finding findings[FIREWALL_LOOK_MAX];
	bool rules_unread;  /* nftables' rules could not be read, as when they change meanwhile */
	int legacy_error;   /* why iptables-legacy's rules could not be read; 0, or -errno */
	int64_t legacy_end; /* ms (clock_now()): limit for iptables-legacy, including what follows
			       the look */
};

/*
 * Fills in look. Where iptables-legacy is in use, waits for it, at most FIREWALL_LEGACY_TIME
 * (firewall_legacy.h).
 */
void firewall_look(struct firewall_look *look, const struct firewall_guests *guests,
		   struct nft *nft);
