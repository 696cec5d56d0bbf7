/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's connection table, by ctnetlink: for forgetting connections. Only new connections see
 * a changed rule, and a UDP one never ends as long as someone is sending.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* IPv4 addresses are mapped. */
struct conntrack_entry {
	int family;
	int protocol;
	bool dnat;	    /* it was redirected to another address or port */
	struct in6_addr to; /* original destination of its first packet, */
	uint16_t to_port;
	struct in6_addr answers; /* and who answers */
	uint16_t answers_port;
};

/*
 * Forgets each connection for which is_meant() returns true; dnat_only: looks only at redirected
 * ones. Waits for the kernel: looking at 262144 connections takes up to 0.9 s, or 0.06 s with
 * dnat_only; forgetting one takes 10 us. Returns how many, or -errno.
 */
int conntrack_forget(bool dnat_only,
		     bool (*is_meant)(void *context, const struct conntrack_entry *entry),
		     void *context);
