/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a TAP is asked for at tap://, and handed out: one message each way over a seqpacket socket,
 * of one size, in host byte order. vde_vmnet-protocol(7) has the same for who writes a client.
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
	TAP_WHY_MAX = 208, /* bytes, with the end */
};

enum tap_flag {
	TAP_HAS_MAC = 1 << 0,  /* mac is the guest's; else it gets one of our choice */
	TAP_VHOST = 1 << 1,    /* with a descriptor of vhost-net a queue, where the host has it */
	TAP_PLAIN = 1 << 2,    /* no virtio header before each frame */
	TAP_ISOLATED = 1 << 3, /* its guest reaches the host and outside, but no other guest */
	TAP_LEARN = 1 << 4,    /* the guest's address is not known: that of its first frame */
	TAP_FLAGS = TAP_HAS_MAC | TAP_VHOST | TAP_PLAIN | TAP_ISOLATED | TAP_LEARN,
};

/* 64 bytes. What is not used is 0. */
struct tap_request {
	uint32_t version;
	uint32_t flags;	 /* of enum tap_flag */
	uint32_t queues; /* 1 to TAP_QUEUES_MAX */
	uint32_t unused;
	uint8_t mac[MAC_SIZE];
	uint8_t unused_too[42];
};

/* 256 bytes. Descriptors come along: those of the queues, then those of vhost-net. */
struct tap_answer {
	uint32_t version;
	uint32_t error; /* errno; 0: here it is */
	uint32_t queues;
	uint32_t vhosts; /* as many as queues, or 0 */
	uint32_t mtu;	 /* bytes */
	uint32_t unused;
	uint8_t mac[MAC_SIZE]; /* that the guest has to have; with TAP_LEARN 0 */
	uint8_t unused_too[2];
	char name[IF_NAMESIZE]; /* of the device */
	char why[TAP_WHY_MAX];	/* there is none: for people, in one line */
};

/*
 * Checks a message of size bytes, and that a guest can have what it asks for. 0 with *request, or
 * -EBADMSG (size), -EPROTONOSUPPORT (version), -EINVAL (flags, queues, what has to be 0),
 * -EADDRNOTAVAIL (no guest's MAC address).
 */
int tap_request_read(const void *data, size_t size, struct tap_request *request);

/* What such an error means, for people. */
const char *tap_request_explain(int error);

/* Fills in an answer that there is none, for that errno (positive) and reason. */
void tap_answer_refuse(struct tap_answer *answer, int error, const char *why);

/*
 * Sends it with n descriptors (at most TAP_DESCRIPTORS_MAX), which stay open here; waits for
 * nobody. 0, or -errno.
 */
int tap_answer_send(int socket, const struct tap_answer *answer, const int *fds, unsigned n);
