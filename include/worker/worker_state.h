/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the worker's own sources. The worker's other parts do not include it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "admission.h"
#include "apart.h"
#include "batch.h"
#include "bridge.h"
#include "control.h"
#include "dropnotice.h"
#include "endpoint.h"
#include "inbox.h"
#include "loop.h"
#include "mac.h"
#include "outbox.h"
#include "peer_stream.h"
#include "port_listener.h"
#include "port_nic.h"
#include "port_switch.h"
#include "port_tap.h"
#include "port_vde.h"
#include "queue.h"
#include "siphash.h"
#include "syscallfilter.h"
#include "tapdoor.h"

/* Drawn once, before the syscall filter: glibc since 2.41 uses more than one system call for it. */
struct worker_secrets {
	uint64_t bridge;	      /* for its hash */
	struct siphash_key flows;     /* for queues */
	struct siphash_key admission; /* for its tables */
	struct siphash_key names;     /* for switches' sockets */
	uint32_t control;	      /* for clients' tokens */
};

struct worker {
	struct worker_secrets secrets;
	struct loop loop;
	struct batch batch;
	struct outbox outbox;
	struct queues queues;
	struct inboxes inboxes;
	struct peer_streams streams; /* if an endpoint needs them */
	struct batch large_batch;    /* the same two for offload=on */
	struct peer_streams large_streams;
	struct bridge bridge;
	struct admission admission;
	struct apart apart;
	struct dropnotices drops;
	struct control control;
	struct source host;
	struct syscallfilter syscalls;
	struct port_tap tap;
	struct port_nic nic; /* used instead, where guests share a NIC */
	unsigned n_endpoints;
	struct endpoint endpoints[ENDPOINTS_MAX];
	struct attach *attaches[ENDPOINTS_MAX]; /* of the port or switch at each endpoint */
	struct port_vde ports[ENDPOINTS_MAX];
	struct port_switch switches[ENDPOINTS_MAX];
	struct port_listener listeners[ENDPOINTS_MAX];
	struct tapdoor tapdoors[ENDPOINTS_MAX];
	uint32_t taps_asked;	/* REQUEST_HAND_OUT sent so far */
	uint32_t taps_answered; /* of these */
	int64_t taps_asked_at;	/* ms, clock_now(): the last of them */
	unsigned first_tapdoor; /* the endpoint that may ask first next time, modulo n_endpoints */
	const char *device;	/* the network's, by name */
	const char *tap_name;
	unsigned subnet; /* the gateway's prefix length */
	bool joins_udp;	 /* the device takes UDP super-frames */
	bool on_lan;	 /* the TAP leads to a LAN */
	bool shares_nic;
	uint8_t mac[MAC_SIZE]; /* the device's, for that case */
	bool has_cpus;	       /* more than one: another may answer while we wait */
	bool ready;	       /* the host process knows, and gives us the device */
	int status;
};

/* Makes it exit after this event, with that status. */
static inline void worker_end(struct worker *worker, int status)
{
	worker->status = status;
	loop_stop(&worker->loop);
}
