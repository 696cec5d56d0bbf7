/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A look at the rules of the host's other firewalls, at nftables' and iptables-legacy's. */
#pragma once

#include <stdbool.h>

#include "firewall_finding.h"
#include "nft.h"

enum { FIREWALL_LOOK_MAX = 2 * FIREWALL_FINDINGS_MAX };

/* Large: for the heap. */
struct firewall_look {
	unsigned n;
	struct firewall_finding findings[FIREWALL_LOOK_MAX];
	bool rules_unread; /* nftables' could not be read, as when they change meanwhile */
	int legacy_error;  /* why iptables-legacy's could not be read; 0, or -errno */
};

/* Fills look. Waits for iptables-legacy where that is in use. */
void firewall_look(struct firewall_look *look, const struct firewall_guests *guests,
		   struct nft *nft);
