/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dnsmasq child: its arguments, and the supervisor that starts it again
 * when it dies.
 */
#pragma once

#include <stdbool.h>

#include "dhcp.h"
#include "process.h"
#include "subnet.h"
#include "timer.h"
#include "ula.h"

enum {
	DNSMASQ_ARGUMENTS_MAX = 64 + 2 * DHCP_HOSTS_MAX,
	DNSMASQ_GRACE = 200,	/* ms from SIGTERM to SIGKILL; it needs about 10 */
	DNSMASQ_TEXT_MAX = 640, /* the longest: two names, both with the domain, and addresses */
};

struct dnsmasq_config {
	const char *device;
	const struct subnet *subnet;
	const struct in6_addr *prefix6; /* NULL: no IPv6 */
	const struct dhcp *dhcp;	/* its domain counts also without DHCP */
	bool outside;	  /* there is one: a default route, and the host's resolvers are asked */
	bool routed6;	  /* guests shall take us for their way out in IPv6 */
	bool serves_dhcp; /* and router advertisements, where there is IPv6 */
	bool verbose;	  /* every DHCP transaction is logged */
	unsigned mtu;	  /* bytes */
	const char *lease_file;
};

struct dnsmasq_arguments {
	const char *argv[DNSMASQ_ARGUMENTS_MAX + 1];
	unsigned n;
	char text[DNSMASQ_ARGUMENTS_MAX][DNSMASQ_TEXT_MAX];
};

struct dnsmasq {
	struct process process;
	struct timer restart;
	struct loop *loop;
	const char *path;
	const struct identity *identity;
	struct dnsmasq_arguments arguments;
	unsigned delay;	   /* ms until the next start */
	long long started; /* ms, CLOCK_MONOTONIC */
	void (*changed)(struct dnsmasq *dnsmasq, int status);
};

/* Where dnsmasq is, or NULL. */
const char *dnsmasq_find(void);

/* Makes the command line; pure. */
void dnsmasq_make_arguments(struct dnsmasq_arguments *arguments,
			    const struct dnsmasq_config *config);

/*
 * Starts dnsmasq at path as identity (both kept by reference). changed() is told
 * of every start after the first (status -1) and of every end (status of
 * waitpid(2)); it is started again unless changed() calls dnsmasq_stop().
 * 0, or -errno.
 */
int dnsmasq_start(struct dnsmasq *dnsmasq, struct loop *loop, const char *path,
		  const struct identity *identity, const struct dnsmasq_config *config,
		  void (*changed)(struct dnsmasq *dnsmasq, int status));

/*
 * Ends it and starts it again by another configuration; it keeps its leases.
 * changed() is told of the start. 0, or -errno: it is tried again.
 */
int dnsmasq_reconfigure(struct dnsmasq *dnsmasq, const struct dnsmasq_config *config);

/* Ends it and waits for that. Takes a zeroed one. */
void dnsmasq_stop(struct dnsmasq *dnsmasq);

/*
 * Before it is started, and before the gateway's address is there: whether it could
 * serve DNS at that, or DHCP. 0, or -errno: -EADDRINUSE where another program has the
 * port on every address, and does not share it.
 */
int dnsmasq_check_dns(const struct subnet *subnet);
int dnsmasq_check_dhcp(bool ipv6);

/* Whether it is there: a socket is bound to the gateway's address and that port. */
bool dnsmasq_listens(const struct subnet *subnet);
