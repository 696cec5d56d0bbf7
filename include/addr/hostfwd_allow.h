/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which forwards may be made at run time (--hostfwd-allow). Those of the command line and the
 * configuration are the administrator's own, and need no permission. The others are requested by
 * the worker, which reads guests' frames: this limits what it can request, whoever it says is
 * asking.
 *
 *     [HOSTADDR:]PORT[-END][,USER|,@GROUP]
 *
 * Text to struct, no I/O.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "hostfwd.h"
#include "problem.h"

enum {
	HOSTFWD_ALLOWS_MAX = 16,
	HOSTFWD_WHO_MAX = 34,		    /* "@" and 32 characters, as useradd(8) allows */
	HOSTFWD_ALLOW_DEFAULT_FIRST = 1024, /* any user of the host may listen on these */
};

struct hostfwd_allow {
	bool any; /* any address of the host */
	struct in6_addr host;
	uint16_t first;
	uint16_t last;
	char who[HOSTFWD_WHO_MAX]; /* besides those who may change the network; "": nobody */
};

struct hostfwd_allows {
	unsigned n; /* 0: nothing is allowed */
	struct hostfwd_allow list[HOSTFWD_ALLOWS_MAX];
};

/* Allows the unprivileged ports of all addresses. */
void hostfwd_allows_init(struct hostfwd_allows *allows);

/* Adds one; "none": no others. 0, or -1 with *problem (STATUS_USAGE). */
int hostfwd_allows_add(struct hostfwd_allows *allows, const char *text, struct problem *problem);

/* Whether it covers all ports of the forward. */
bool hostfwd_allow_has(const struct hostfwd_allow *allow, const struct hostfwd *hostfwd);

/* The first that covers all ports of the forward; NULL: not allowed. */
const struct hostfwd_allow *hostfwd_allows_find(const struct hostfwd_allows *allows,
						const struct hostfwd *hostfwd);
