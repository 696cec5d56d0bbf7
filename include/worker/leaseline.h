/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of dnsmasq's lease file. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	LEASELINE_NAME_MAX = 256, /* bytes, with the end; a longer one is none */
	LEASELINE_ID_MAX = 400,	  /* a DUID has 130 bytes, of three characters each */
	LEASELINE_MAC_MAX = 64,
	LEASELINE_ADDRESS_MAX = 46,
};

struct leaseline {
	int64_t expires; /* seconds since 1970; 0: never */
	bool ipv6;	 /* mac is an IAID then */
	char mac[LEASELINE_MAC_MAX];
	char address[LEASELINE_ADDRESS_MAX];
	char name[LEASELINE_NAME_MAX]; /* "": none */
	char id[LEASELINE_ID_MAX];     /* of the client; "": none */
};

/* Reads a line, which ends with a NUL. False: it is no lease. */
bool leaseline_read(struct leaseline *lease, const char *line);
