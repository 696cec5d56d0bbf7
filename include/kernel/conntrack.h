/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's table of connections, by ctnetlink: to forget some. A rule that was changed is asked
 * by what begins a connection, and one of UDP never ends as long as somebody sends.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* Addresses of IPv4 are mapped. */
struct conntrack_entry {
	int family;
	int protocol;
	bool dnat;	    /* it was sent on to another address or port */
	struct in6_addr to; /* where its first packet was sent to, */
	uint16_t to_port;
	struct in6_addr answers; /* and who answers */
	uint16_t answers_port;
};

/*
 * Forgets each connection that is_meant() says yes to; of all, or of those that were sent on
 * alone. Waits for the kernel: 262144 connections are looked at within 0.9 s, or, of those that
 * were sent on alone, 0.06 s; to forget one takes 10 us. How many, or -errno.
 */
int conntrack_forget(bool dnat_only,
		     bool (*is_meant)(void *context, const struct conntrack_entry *entry),
		     void *context);
