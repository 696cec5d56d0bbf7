/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses a line of dnsmasq's lease file. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	LEASELINE_NAME_MAX = 256, /* bytes, with the NUL; a longer name is treated as none */
	LEASELINE_ID_MAX = 400,	  /* a DUID has up to 130 bytes, at three characters each */
	LEASELINE_MAC_MAX = 64,
	LEASELINE_ADDRESS_MAX = 46,
};

struct leaseline {
	int64_t expires; /* seconds since 1970; 0: never */
	bool ipv6;	 /* mac is then an IAID */
	char mac[LEASELINE_MAC_MAX];
	char address[LEASELINE_ADDRESS_MAX];
	char name[LEASELINE_NAME_MAX]; /* "": none */
	char id[LEASELINE_ID_MAX];     /* client ID; "": none */
};

/* Parses a NUL-terminated line. Returns false if it is not a lease. */
bool leaseline_read(struct leaseline *lease, const char *line);
