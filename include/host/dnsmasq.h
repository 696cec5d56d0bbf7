/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dnsmasq child: the supervisor that starts it again when it dies. */
#pragma once

#include "dnsmasq_arguments.h"
#include "dnsmasq_log.h"
#include "process.h"
#include "timer.h"

enum { DNSMASQ_GRACE = 200 }; /* ms from SIGTERM to SIGKILL; it needs about 10 */

struct dnsmasq {
	struct process process;
	struct dnsmasq_log log;
	struct timer restart;
	struct loop *loop;
	const char *path;
	const struct identity *identity;
	struct dnsmasq_arguments arguments;
	struct confinement confinement;
	unsigned delay;	   /* ms until the next start */
	long long started; /* ms, CLOCK_MONOTONIC */
	void (*changed)(struct dnsmasq *dnsmasq, int status);
};

/* Where dnsmasq is, or NULL. */
const char *dnsmasq_find(void);

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

/* Lets it read its name servers again, and forget what those of before have told. */
void dnsmasq_reload(struct dnsmasq *dnsmasq);

/* Ends it and waits for that. Takes a zeroed one. */
void dnsmasq_stop(struct dnsmasq *dnsmasq);
