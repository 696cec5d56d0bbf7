/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of our nftables table that lets others in: ports of the host that lead to guests. Pure
 * text, like ruleset.h, which includes it; and the commands that change the forwards of an existing
 * table.
 */
#pragma once

#include <stddef.h>

#include "hostfwd.h"
#include "subnet.h"
#include "ula.h"

enum { FORWARDRULES_MAX = 2048 };

/*
 * What the forwarder sends from a forwarded UDP port has this mark. The host process set it on the
 * socket, and only a process with capabilities can remove it. The forwarder may answer, but begin
 * nothing: a packet that answers nothing is dropped; otherwise whoever takes the forwarder over
 * could speak in the host's name. These bits are in the masks of no software that we know of
 * (Kubernetes, Calico, Cilium, Tailscale).
 */
#define FORWARDRULES_MARK      0x76000000
#define FORWARDRULES_MARK_TEXT "0x76000000"

/* For a chain at input or postrouting, in a network with forwards. */
#define FORWARDRULES_ANSWERS_ONLY                                                                  \
	"		meta mark " FORWARDRULES_MARK_TEXT " ct direction original drop\n"

/* Writes the maps, and the chain that uses them. */
void forwardrules_format(const char *device, const struct subnet *subnet,
			 const struct in6_addr *prefix6, char text[FORWARDRULES_MAX]);

/* A forward, and its guest's address (IPv4 is mapped). */
struct forwardrule {
	const struct hostfwd *hostfwd;
	struct in6_addr address;
};

/* Those to remove and those to add, in one transaction. */
struct forwardrules_change {
	unsigned n_gone;
	const struct forwardrule *gone;
	unsigned n_made;
	const struct forwardrule *made;
};

/* An upper limit, in bytes, for its commands. */
size_t forwardrules_size(const struct forwardrules_change *change);

/* Writes the commands for the table of that name. Returns text. */
const char *forwardrules_format_change(const char *table, const struct forwardrules_change *change,
				       char *text, size_t size);
