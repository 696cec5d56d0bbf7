/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Datagrams to forwarded UDP ports. Each source address and port on this host has one flow per
 * destination address: its own socket towards the guest, so that the guest's answers can be told
 * apart. They go back from the address that was asked. A flow ends when nothing has passed for 30
 * s, as in connection tracking; if there are too many, the least recently used one goes.
 *
 * The datagrams of a new flow wait for its socket; those of others pass meanwhile, because any user
 * can begin flows and keep the host process busy. If too many wait, more of new flows are lost.
 */
#pragma once

#include "listener.h"
#include "loop.h"
#include "pktinfo.h"
#include "siphash.h"
#include "timer.h"

enum {
	DATAGRAMS_FLOWS_MAX = 2048,
	DATAGRAMS_FLOWS_OF_LISTENER_MAX = DATAGRAMS_FLOWS_MAX / 2,
	DATAGRAMS_IDLE_MS = 30000, /* nf_conntrack_udp_timeout */
	DATAGRAMS_SIZE_MAX = 65536,
	/*
	 * Datagrams waiting at a time, and so requests. They go into the channel beside those for
	 * TCP, and the kernel's default buffer has room for 277.
	 */
	DATAGRAMS_WAITING_MAX = 128,
	DATAGRAMS_BUCKETS = 4096, /* a power of two */
};

struct datagrams;

/* Source, destination and listener. */
struct datagram_key {
	struct pktinfo who;
	uint32_t listener;
};

/* One that waits for the socket of its flow. */
struct datagram {
	struct datagram *next;
	size_t size;
	unsigned char *bytes; /* DATAGRAMS_SIZE_MAX; memory only if used */
};

enum datagram_state { DATAGRAM_FREE, DATAGRAM_ASKED, DATAGRAM_OPEN };

struct datagram_flow {
	struct source source; /* the socket to the guest */
	struct datagrams *datagrams;
	enum datagram_state state;
	uint16_t generation; /* of the slot */
	struct listener *listener;
	struct datagram_key key;
	uint64_t used;		    /* larger is more recent */
	int64_t last;		    /* time of last use (clock.h) */
	struct datagram *waiting;   /* in the order of arrival */
	struct datagram_flow *next; /* in its bucket, or in the free list */
};

struct datagrams {
	struct loop *loop;
	struct listeners *listeners;
	struct siphash_key hash;
	struct timer timer;
	bool armed;
	unsigned n;
	uint64_t uses;
	struct datagram_flow *free;
	struct datagram_flow *buckets[DATAGRAMS_BUCKETS];
	struct datagram_flow flows[DATAGRAMS_FLOWS_MAX];
	unsigned n_spare;
	struct datagram *spare; /* the first is for reading, so there always is one */
	struct datagram all[DATAGRAMS_WAITING_MAX + 1];
	unsigned char memory[DATAGRAMS_WAITING_MAX + 1][DATAGRAMS_SIZE_MAX];
};

/* 0, or -errno. */
int datagrams_init(struct datagrams *datagrams, struct loop *loop, struct listeners *listeners,
		   const struct siphash_key *hash);
void datagrams_finish(struct datagrams *datagrams);

/* Datagrams have come to the listener. */
void datagrams_receive(struct datagrams *datagrams, struct listener *listener);

/*
 * The host process answered. Takes fd, or -1 if there is none, because of the errno error
 * (positive).
 */
void datagrams_answer(struct datagrams *datagrams, uint32_t token, int fd, int error);

/* Ends all flows of the listener. */
void datagrams_cut(struct datagrams *datagrams, struct listener *listener);
