/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Datagrams to forwarded ports of UDP. Each address and port of this host that sends there, to
 * each address that it sends to, has a flow: a socket of its own towards the guest, so that the
 * guest's answers tell whose they are; they go back from the address that was asked. A flow ends
 * when nothing has passed for 30 s, as in connection tracking; where there are too many, the one
 * that was used longest ago makes room. The first datagram of a flow waits for its socket, and
 * the listener with it, so that their order stays.
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
	DATAGRAMS_WAITING_MAX = 16, /* first ones, at a time */
	DATAGRAMS_BUCKETS = 4096,   /* a power of two */
};

struct datagrams;

/* Who asks whom, and by which listener. */
struct datagram_key {
	struct pktinfo who;
	uint32_t listener;
};

enum datagram_state { DATAGRAM_FREE, DATAGRAM_ASKED, DATAGRAM_OPEN };

struct datagram_flow {
	struct source source; /* the socket to the guest */
	struct datagrams *datagrams;
	enum datagram_state state;
	uint16_t generation; /* of the slot */
	struct listener *listener;
	struct datagram_key key;
	uint64_t used;		/* the larger, the later */
	int64_t last;		/* when that was (clock.h) */
	unsigned char *waiting; /* its first datagram, while it has asked; NULL: none */
	size_t size;
	struct datagram_flow *next; /* of its bucket, or of the free ones */
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
	unsigned n_buffers;
	unsigned char *buffers[DATAGRAMS_WAITING_MAX + 1]; /* that are free: one is to read into */
	unsigned char memory[DATAGRAMS_WAITING_MAX + 1][DATAGRAMS_SIZE_MAX];
};

/* 0, or -errno. */
int datagrams_init(struct datagrams *datagrams, struct loop *loop, struct listeners *listeners,
		   const struct siphash_key *hash);
void datagrams_finish(struct datagrams *datagrams);

/* Datagrams have come to the listener. */
void datagrams_receive(struct datagrams *datagrams, struct listener *listener);

/* The host process answered: takes fd; or it is -1, and there is none for that errno (positive). */
void datagrams_answer(struct datagrams *datagrams, uint32_t token, int fd, int error);

/* Ends all flows of the listener. */
void datagrams_cut(struct datagrams *datagrams, struct listener *listener);
