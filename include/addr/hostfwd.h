/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port of the host that leads to a guest's, as the user names it, in QEMU's form:
 *
 *     (tcp|udp):[HOSTADDR]:PORT[-END]-GUEST[:PORT]
 *
 * Text to struct and back, no I/O. This text is the forward's name everywhere: in the
 * configuration, in the log, on the control socket.
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
	HOSTFWD_MAX = 1024,	  /* forwards of one network */
	HOSTFWD_PORTS_MAX = 4096, /* ports of all of them: each is an element of a map, a socket */
	HOSTFWD_RANGE_MAX = 1024, /* ports of one */
	/* "tcp:", an address, ":65535-65535-", a name and ":65535" */
	HOSTFWD_TEXT_MAX = 4 + ULA_TEXT_MAX + 13 + DHCP_LABEL_MAX + 6 + 1,
};

enum hostfwd_guest {
	HOSTFWD_ADDRESS,
	HOSTFWD_MAC,
	HOSTFWD_NAME, /* of a reservation: any guest could claim another */
};

struct hostfwd {
	int protocol;	      /* IPPROTO_TCP, IPPROTO_UDP */
	bool any;	      /* every address of the host that is of the guest's family */
	struct in6_addr host; /* else this one; IPv4 is mapped */
	uint16_t first;	      /* port of the host */
	uint16_t last;
	uint16_t guest_port; /* that the first leads to, the next to the next */
	enum hostfwd_guest guest;
	struct in6_addr address;       /* HOSTFWD_ADDRESS; IPv4 is mapped */
	uint8_t mac[MAC_SIZE];	       /* HOSTFWD_MAC */
	char name[DHCP_LABEL_MAX + 1]; /* HOSTFWD_NAME, in lower case */
};

/* 0, or -1 with *problem (STATUS_USAGE), which says why without the forward. */
int hostfwd_parse(const char *text, struct hostfwd *hostfwd, struct problem *problem);

/* Writes it as hostfwd_parse() reads it, always in the same form; returns text. */
const char *hostfwd_format(const struct hostfwd *hostfwd, char text[HOSTFWD_TEXT_MAX]);

/* Its guest alone, as it stands there; returns text. */
const char *hostfwd_format_guest(const struct hostfwd *hostfwd, char text[DHCP_LABEL_MAX + 1]);

/* AF_INET or AF_INET6; a guest that is named by MAC address or name has what DHCP gave it. */
int hostfwd_family(const struct hostfwd *hostfwd);

unsigned hostfwd_n_ports(const struct hostfwd *hostfwd);

bool hostfwd_equal(const struct hostfwd *a, const struct hostfwd *b);

/* Whether something sent to the host could be meant for both. */
bool hostfwd_overlap(const struct hostfwd *a, const struct hostfwd *b);

/* An address as it stands in a forward: dotted quad, or IPv6 in brackets. 0, or -1. */
int hostfwd_parse_address(const char *text, struct in6_addr *address);

/* Writes an address without brackets; returns text. */
const char *hostfwd_format_plain(const struct in6_addr *address, char text[ULA_TEXT_MAX]);

/* Between an IPv4 address (host byte order) and the IPv6 address that it is mapped to. */
struct in6_addr hostfwd_map(uint32_t address);
uint32_t hostfwd_unmap(const struct in6_addr *address);
