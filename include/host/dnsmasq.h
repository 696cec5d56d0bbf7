/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dnsmasq child, which is restarted when it dies. */
#pragma once

#include "dnsmasq_arguments.h"
#include "dnsmasq_log.h"
#include "process.h"
#include "timer.h"

enum { DNSMASQ_GRACE = 200 }; /* ms from SIGTERM to SIGKILL; it takes about 10 */

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

/* The path of dnsmasq, or NULL. */
const char *dnsmasq_find(void);

/*
 * Starts dnsmasq at path as identity (both kept by reference). changed() is called at every start
 * after the first (status -1) and at every end (status as of waitpid(2)); dnsmasq is restarted
 * unless changed() calls dnsmasq_stop(). 0, or -errno.
 */
int dnsmasq_start(struct dnsmasq *dnsmasq, struct loop *loop, const char *path,
		  const struct identity *identity, const struct dnsmasq_config *config,
		  void (*changed)(struct dnsmasq *dnsmasq, int status));

/*
 * Restarts it with another configuration; it keeps its leases. changed() is called at the start. 0,
 * or -errno; it is retried.
 */
int dnsmasq_reconfigure(struct dnsmasq *dnsmasq, const struct dnsmasq_config *config);

/* Makes it read its name servers again and flush its cache. */
void dnsmasq_reload(struct dnsmasq *dnsmasq);

/* Stops it and waits for its end. Takes a zeroed one. */
void dnsmasq_stop(struct dnsmasq *dnsmasq);
