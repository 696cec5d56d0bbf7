/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port of the host that is forwarded to a guest, as the user writes it, in QEMU's form:
 *
 *     (tcp|udp):[HOSTADDR]:PORT[-END]-GUEST[:PORT]
 *
 * Text to struct and back, no I/O. This text names the forward everywhere: in the configuration, in
 * the log, on the control socket.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "dhcp.h"
#include "mac.h"
#include "problem.h"
#include "ula.h"

enum {
	HOSTFWD_MAX = 1024,	  /* forwards per network */
	HOSTFWD_PORTS_MAX = 4096, /* ports of all forwards: each is a map element and a socket */
	HOSTFWD_RANGE_MAX = 1024, /* ports of one forward */
	/* "tcp:", an address, ":65535-65535-", a name and ":65535" */
	HOSTFWD_TEXT_MAX = 4 + ULA_TEXT_MAX + 13 + DHCP_LABEL_MAX + 6 + 1,
};

enum hostfwd_guest {
	HOSTFWD_ADDRESS,
	HOSTFWD_MAC,
	HOSTFWD_NAME, /* of a reservation: any guest could claim another name */
};

struct hostfwd {
	int protocol;	      /* IPPROTO_TCP, IPPROTO_UDP */
	bool any;	      /* all addresses of the host in the guest's family */
	struct in6_addr host; /* else this one; IPv4 is mapped */
	uint16_t first;	      /* port of the host */
	uint16_t last;
	uint16_t guest_port; /* for the first port; the others follow in order */
	enum hostfwd_guest guest;
	struct in6_addr address;       /* HOSTFWD_ADDRESS; IPv4 is mapped */
	uint8_t mac[MAC_SIZE];	       /* HOSTFWD_MAC */
	char name[DHCP_LABEL_MAX + 1]; /* HOSTFWD_NAME, in lower case */
};

/* 0, or -1 with *problem (STATUS_USAGE), which gives the reason without the forward. */
int hostfwd_parse(const char *text, struct hostfwd *hostfwd, struct problem *problem);

/* Formats it for hostfwd_parse(), always in the same form; returns text. */
const char *hostfwd_format(const struct hostfwd *hostfwd, char text[HOSTFWD_TEXT_MAX]);

/* Only its guest, as in the forward's text; returns text. */
const char *hostfwd_format_guest(const struct hostfwd *hostfwd, char text[DHCP_LABEL_MAX + 1]);

/* AF_INET or AF_INET6. A guest named by MAC address or name has the IPv4 address from DHCP. */
int hostfwd_family(const struct hostfwd *hostfwd);

unsigned hostfwd_n_ports(const struct hostfwd *hostfwd);

bool hostfwd_equal(const struct hostfwd *a, const struct hostfwd *b);

/* Whether something sent to the host could match both. */
bool hostfwd_overlap(const struct hostfwd *a, const struct hostfwd *b);

/* Parses an address as in a forward: dotted quad, or IPv6 in brackets. 0, or -1. */
int hostfwd_parse_address(const char *text, struct in6_addr *address);

/* Formats an address without brackets; returns text. */
const char *hostfwd_format_plain(const struct in6_addr *address, char text[ULA_TEXT_MAX]);

/* Convert between an IPv4 address (host byte order) and its mapped IPv6 address. */
struct in6_addr hostfwd_map(uint32_t address);
uint32_t hostfwd_unmap(const struct in6_addr *address);
