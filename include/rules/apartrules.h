/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of our nftables table that keeps guests whose ports are isolated at run time from
 * reaching others through the host, that is, through forwarded ports. What such a guest sends is
 * recognised by its MAC address (portmacs.h), from the first packet on; what is sent to it, by its
 * IP address, in sets that are filled as the worker reports. Pure text, like ruleset.h, which
 * includes it.
 *
 * Every packet is checked, in both directions: connections that already existed stop, too.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mac.h"

enum {
	APARTRULES_MAX = 1024,
	APARTRULES_CHANGE_ADDRESSES = 96, /* in one change, at most */
	APARTRULES_CHANGE_MAX = 12288,
	APARTRULES_SENDER_MAX = 256,
};

/* Writes the sets, and the chain "hairpin" for what goes from the device back to the device. */
void apartrules_format(bool ipv6, char text[APARTRULES_MAX]);

/*
 * Writes the commands that add n addresses (IPv4 is mapped) to the sets of the table of that name,
 * or remove those that are there. "": nothing to do. Returns text.
 */
const char *apartrules_format_change(const char *table, bool ipv6, bool apart,
				     const struct in6_addr *addresses, unsigned n,
				     char text[APARTRULES_CHANGE_MAX]);

/* The same for a guest whose MAC address we see, on a TAP: nothing goes from it to other guests. */
void apartrules_format_sender(const char *table, bool apart, const uint8_t sender[MAC_SIZE],
			      char text[APARTRULES_SENDER_MAX]);
