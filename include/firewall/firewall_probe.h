/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An imaginary packet that stands for many, and whether a rule's match holds for it. */
#pragma once

#include <stdbool.h>

struct json_t;

struct firewall_probe {
	const char *hook;     /* "forward", "input", "output" */
	bool ipv6;	      /* else IPv4 */
	const char *iif;      /* device names; "": none, NULL: any */
	const char *oif;      /* likewise */
	const char *saddr;    /* as text */
	const char *daddr;    /* likewise */
	const char *protocol; /* "udp"…, or NULL: any */
	unsigned sport;	      /* 0: any */
	unsigned dport;	      /* likewise */
	const char *state;    /* of its connection: "new", "established" */
	const char *status;   /* also: "dnat" if to a forwarded port, else "assured" */
	const char *type;     /* of the destination: "local", "broadcast", "multicast", "unicast" */
};

enum firewall_match { FIREWALL_NO, FIREWALL_YES, FIREWALL_UNKNOWN };

/* left, op, right: as in libnftables-json(5), MATCH. */
enum firewall_match firewall_probe_match(const struct firewall_probe *probe,
					 const struct json_t *left, const char *op,
					 const struct json_t *right);
