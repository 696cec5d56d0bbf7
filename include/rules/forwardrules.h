/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of our nftables table that lets others in: ports of the host that lead to guests.
 * Pure text, as ruleset.h, which makes it a part of the whole; and the commands that change the
 * forwards of a table that is there.
 */
#pragma once

#include <stddef.h>

#include "hostfwd.h"
#include "subnet.h"
#include "ula.h"

enum { FORWARDRULES_MAX = 2048 };

/*
 * What the forwarder sends from a forwarded port of UDP has this mark, which its socket got from
 * the host process and only a process with capabilities takes off. It answers and begins nothing:
 * what no question has come for is dropped, or whoever takes it over would speak in the host's
 * name. In these bits and no others, since they are in the masks of no software that is known (of
 * Kubernetes, Calico, Cilium, Tailscale).
 */
#define FORWARDRULES_MARK      0x76000000
#define FORWARDRULES_MARK_TEXT "0x76000000"

/* For a chain of input or postrouting, in a network with forwards. */
#define FORWARDRULES_ANSWERS_ONLY                                                                  \
	"		meta mark " FORWARDRULES_MARK_TEXT " ct direction original drop\n"

/* Writes the maps and the chain that asks them. */
void forwardrules_format(const char *device, const struct subnet *subnet,
			 const struct in6_addr *prefix6, char text[FORWARDRULES_MAX]);

/* A forward, and the address that its guest has (IPv4 is mapped). */
struct forwardrule {
	const struct hostfwd *hostfwd;
	struct in6_addr address;
};

/* Those that go and those that come, in one transaction. */
struct forwardrules_change {
	unsigned n_gone;
	const struct forwardrule *gone;
	unsigned n_made;
	const struct forwardrule *made;
};

/* The bytes that its commands need at most. */
size_t forwardrules_size(const struct forwardrules_change *change);

/* Writes the commands, for the table of that name. Returns text. */
const char *forwardrules_format_change(const char *table, const struct forwardrules_change *change,
				       char *text, size_t size);
