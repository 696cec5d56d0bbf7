/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What passes between guests, the host and the outside, and how to describe it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum firewall_families { FIREWALL_BOTH, FIREWALL_IPV4_ONLY, FIREWALL_IPV6_ONLY };

struct firewall_traffic {
	const char *what;
	const char *hook; /* "forward", "input", "output" */
	bool back;	  /* to guests, not from them */
	enum firewall_families families;
	const char *protocol; /* NULL: any */
	unsigned sport;	      /* 0: any */
	unsigned dport;	      /* likewise */
	const char *state;    /* of its connection */
	bool within;	      /* from guest to guest, through the bridge that the device is */
	bool dnat;	      /* sent to a port of the host that is forwarded to a guest */
	const char *type;     /* of the destination's address */
	const char *nft;      /* goes after iifname or oifname, or both */
	const char *iptables; /* goes after -i or -o */
	const char *ufw;      /* with %1$s for the device; NULL: ufw's own rules let it pass */
};

enum { FIREWALL_TRAFFIC_MAX = 14, FIREWALL_DEVICES_MAX = 96 };

extern const struct firewall_traffic firewall_traffic[FIREWALL_TRAFFIC_MAX];

/* The device it comes in by, or goes out by, in the syntax of iptables or nft. Returns text. */
const char *firewall_traffic_devices(const struct firewall_traffic *traffic, const char *device,
				     bool iptables, char text[FIREWALL_DEVICES_MAX]);

/*
 * Describes traffic, a bit for each entry of firewall_traffic, for a person: "what guests send out,
 * DHCP"; "" for none.
 */
void firewall_traffic_describe(unsigned traffic, char *text, size_t size);
