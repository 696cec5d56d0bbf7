/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What worker and host process say to each other, over a seqpacket pair: a
 * closed list of fixed-size messages. An endpoint is named by its index, never
 * by a string of the other side's.
 */
#pragma once

#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "mac.h"
#include "tap_message.h"

enum request_verb {
	/* worker to host */
	REQUEST_CONNECT = 1, /* start a connector for the endpoint */
	REQUEST_READY,	     /* every endpoint is attached, or known to be waited for; and it is
				confined: the device can be given to it */
	REQUEST_ADDRESSES,   /* which addresses guests have; more than fit: any */
	REQUEST_ALIVE,	     /* the answer to REQUEST_ASK */
	/* What clients of the control socket want; each is answered by one REQUEST_RESULT. */
	REQUEST_SET_LEVEL, /* log from this level on, in all processes */
	REQUEST_RELOAD,	   /* read the configuration again */
	REQUEST_QUIT,	   /* end the network */
	REQUEST_LEASES,	   /* which leases there are: a descriptor of a copy comes along */
	REQUEST_FORWARDS,  /* which forwards there are: likewise, a line each: its number, text,
			      guest, address or "-", state, and how many connections it has
			      led, with a space between them */
	/*
	 * Forwards to add and remove, all of them or none. text has lines, "+" or "-" and a
	 * forward; endpoint 1: more messages of that token follow. With the first of them the
	 * client's connection comes along: the host process asks the kernel who that is.
	 */
	REQUEST_FORWARD_APPLY,
	/*
	 * Addresses of guests: endpoint 1: their ports are isolated; 0: no more. With a token it is
	 * answered by one REQUEST_RESULT, when what was said before is in force, too.
	 */
	REQUEST_APART,
	/*
	 * A client of the endpoint asks for a TAP, by its connection, which comes along: there it
	 * is answered by the host process, which asks the kernel who that is.
	 */
	REQUEST_HAND_OUT,
	REQUEST_TAPS,	 /* what becomes of the TAPs that there are: a descriptor of a copy comes
			    along, a line of tapline.h each */
	REQUEST_TAP_SET, /* sets one (enum request_tap_set), by its number: taps[0] */
	REQUEST_FOUND,	 /* the answer to REQUEST_FIND, with the same taps[0]; endpoint 1: yes */
	/* host to worker */
	REQUEST_CHANNEL, /* the connector's channel: a descriptor comes along, or none: try later */
	REQUEST_TAP,	 /* the TAP: its descriptor comes along; once, when the worker is ready */
	REQUEST_NIC, /* the NIC's packet socket: a descriptor comes along, or none: it is gone */
	REQUEST_COUNTERS, /* log the counters */
	REQUEST_ASK,	  /* answer, to show that you can */
	REQUEST_LEVEL,	  /* log from this level on */
	REQUEST_OTHERS,	  /* addresses that the device has: no guest's; those of before are none */
	REQUEST_CONTROL,  /* the control socket, which listens: a descriptor comes along */
	REQUEST_FACTS,	  /* what query-status tells and the worker does not know by itself */
	REQUEST_RESULT,	  /* of what the client of that token wanted: text says why not, or "";
			     endpoint 1: because it may not */
	REQUEST_EVENT,	  /* something happened that clients are told of */
	REQUEST_SLOTS,	  /* TAPs that came or went since: taps, n_addresses of them */
	REQUEST_FIND, /* whether one of your guests has the MAC address of taps[0], which the guest
			 of that TAP begins to use */
	REQUEST_STOP, /* log the counters and end */
};

enum request_event {
	REQUEST_EVENT_DNSMASQ,	/* it was started again */
	REQUEST_EVENT_FIREWALL, /* another firewall drops guests' traffic: text says where */
	REQUEST_EVENT_FORWARD,	/* text is a forward, its state, and its address or "-" */
	REQUEST_EVENT_FORWARDS, /* many: text is how many were added, removed, and lead elsewhere */
	REQUEST_EVENTS,
};

enum request_tap_set {
	REQUEST_TAP_EXPEL,   /* off the network */
	REQUEST_TAP_ISOLATE, /* from other guests */
	REQUEST_TAP_JOIN,    /* no more */
	REQUEST_TAP_SETS,
};

enum {
	REQUEST_OTHERS_MAX = 32,
	REQUEST_TAPS_MAX = 48,	 /* that a message tells of */
	REQUEST_TAP_SLOTS = 256, /* that there can be */
	REQUEST_APART_MAX = 96,
	/*
	 * Bytes, with the end; as are those of the facts. A message and what the kernel puts beside
	 * it are 2 KiB: of a larger one only half as many find room in the socket.
	 */
	REQUEST_TEXT_MAX = 1680,
	REQUEST_NAME_MAX = 36,
	REQUEST_MODE_MAX = 12,
	REQUEST_DOMAIN_MAX = 256,
	REQUEST_UPLINKS_MAX = 8,
};

struct request_facts {
	char name[REQUEST_NAME_MAX];
	char mode[REQUEST_MODE_MAX];
	char domain[REQUEST_DOMAIN_MAX]; /* "": none is served */
	uint32_t pid;			 /* of the host process */
	uint32_t n_uplinks;
	char uplinks[REQUEST_UPLINKS_MAX][IF_NAMESIZE];
};

/* A TAP that was handed out, in the slot that it has as long as it is there. */
struct request_tap {
	uint32_t number;       /* no other of this run has it; 0: the slot is free */
	uint32_t uid;	       /* whom it was made for */
	uint8_t mac[MAC_SIZE]; /* the guest's; 0: not known yet */
	uint8_t slot;
	uint8_t off; /* 1: it is off the network */
	char name[IF_NAMESIZE];
};

struct request {
	uint32_t verb;
	/* index; the level of REQUEST_LEVEL, REQUEST_SET_LEVEL; which event; what to set; 0
	 * where the verb has none */
	uint32_t endpoint;
	uint32_t n_addresses; /* 0 where the verb has none */
	uint32_t token; /* which client wants it, the worker's own; 0 where the verb has none */
	union {
		/* Of REQUEST_RESULT, REQUEST_EVENT, REQUEST_FORWARD_APPLY. The largest, and so the
		 * first: what is zeroed is all of it. */
		char text[REQUEST_TEXT_MAX];
		uint64_t addresses[MAC_LIST_MAX]; /* MACs, first byte highest */
		/* Of REQUEST_OTHERS, REQUEST_APART; IPv4's are mapped ones (::ffff:0:0/96). */
		struct in6_addr others[REQUEST_OTHERS_MAX];
		struct in6_addr apart[REQUEST_APART_MAX];
		struct request_facts facts;
		struct tap_request tap; /* of REQUEST_HAND_OUT */
		/* Of REQUEST_SLOTS; the first, of REQUEST_TAP_SET, REQUEST_FIND, REQUEST_FOUND. */
		struct request_tap taps[REQUEST_TAPS_MAX];
	};
};

/*
 * Checks a message of size bytes from the worker. 0 with *request, or -EBADMSG
 * (wrong size), -EOPNOTSUPP (verb), -ERANGE (endpoint, level, addresses that no guest can have, or
 * lines or a tap_request that are none).
 */
int request_from_worker(const void *data, size_t size, unsigned n_endpoints,
			struct request *request);

/* The same, of a message from the host. */
int request_from_host(const void *data, size_t size, unsigned n_endpoints, struct request *request);
