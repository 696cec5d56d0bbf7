/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How to ask for a TAP at tap://, and how it is handed out: one message each way over a seqpacket
 * socket, of fixed size, in host byte order. vde_vmnet-protocol(7) documents this for authors of
 * clients.
 */
#pragma once

#include <net/if.h>
#include <stddef.h>
#include <stdint.h>

#include "mac.h"

enum {
	TAP_MESSAGE_VERSION = 1,
	TAP_QUEUES_MAX = 8,
	TAP_DESCRIPTORS_MAX = 2 * TAP_QUEUES_MAX,
	TAP_WHY_MAX = 208, /* bytes, with the NUL */
};

enum tap_flag {
	TAP_HAS_MAC = 1 << 0,  /* mac is the guest's; else we choose one */
	TAP_VHOST = 1 << 1,    /* also a vhost-net descriptor for each queue, if the host has it */
	TAP_PLAIN = 1 << 2,    /* no virtio header before each frame */
	TAP_ISOLATED = 1 << 3, /* the guest reaches the host and the outside, but no other guest */
	TAP_LEARN = 1 << 4,    /* the guest's address is unknown: take that of its first frame */
	TAP_FLAGS = TAP_HAS_MAC | TAP_VHOST | TAP_PLAIN | TAP_ISOLATED | TAP_LEARN,
};

/* 64 bytes. Anything unused is 0. */
struct tap_request {
	uint32_t version;
	uint32_t flags;	 /* of enum tap_flag */
	uint32_t queues; /* 1 to TAP_QUEUES_MAX */
	uint32_t unused;
	uint8_t mac[MAC_SIZE];
	uint8_t unused_too[42];
};

/* 256 bytes. The descriptors of the queues, then those of vhost-net, come along. */
struct tap_answer {
	uint32_t version;
	uint32_t error; /* errno; 0: here it is */
	uint32_t queues;
	uint32_t vhosts; /* as many as queues, or 0 */
	uint32_t mtu;	 /* bytes */
	uint32_t unused;
	uint8_t mac[MAC_SIZE]; /* the one the guest must have; with TAP_LEARN 0 */
	uint8_t unused_too[2];
	char name[IF_NAMESIZE]; /* of the device */
	char why[TAP_WHY_MAX];	/* if it was refused: the reason, for people, in one line */
};

/*
 * Checks a message of size bytes, and that a guest can have what it asks for. 0 with *request, or
 * -EBADMSG (size), -EPROTONOSUPPORT (version), -EINVAL (flags, queues, what must be 0),
 * -EADDRNOTAVAIL (an invalid MAC address for a guest).
 */
int tap_request_read(const void *data, size_t size, struct tap_request *request);

/* What such an error means, for people. */
const char *tap_request_explain(int error);

/* Fills in a refusal, with this errno (positive) and reason. */
void tap_answer_refuse(struct tap_answer *answer, int error, const char *why);

/*
 * Sends it with n descriptors (at most TAP_DESCRIPTORS_MAX), which stay open here; does not block.
 * 0, or -errno.
 */
int tap_answer_send(int socket, const struct tap_answer *answer, const int *fds, unsigned n);
