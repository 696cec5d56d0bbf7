/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the worker and the host process say to each other, over a seqpacket pair: a closed list of
 * messages of one size. An endpoint is named by its index, never by a string from the other side.
 */
#pragma once

#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "mac.h"
#include "prefix.h"
#include "tap_message.h"

enum request_verb {
	/* worker to host */
	REQUEST_CONNECT = 1, /* start a connector for the endpoint */
	REQUEST_READY, /* every endpoint is attached, or known to be waited for; and the worker is
			  confined, so it may have the device */
	REQUEST_ADDRESSES, /* the addresses that guests have; if more than fit: any */
	REQUEST_ALIVE,	   /* the answer to REQUEST_ASK */
	/* Requests from clients of the control socket; each is answered by one REQUEST_RESULT. */
	REQUEST_SET_LEVEL, /* log from this level on, in all processes */
	REQUEST_RELOAD,	   /* read the configuration again */
	REQUEST_QUIT,	   /* end the network */
	REQUEST_LEASES,	   /* the leases: comes back with a descriptor of a copy */
	REQUEST_FORWARDS,  /* the forwards: likewise, a line each: number, text, guest, address or
			      "-", state, connections led so far, separated by spaces */
	/*
	 * Forwards to add and remove, all or none. text has lines, each "+" or "-" and a forward;
	 * endpoint 1: more messages with this token follow. The first one comes with the client's
	 * connection, by which the host process asks the kernel who the client is.
	 */
	REQUEST_FORWARD_APPLY,
	/*
	 * Addresses of guests; endpoint 1: their ports are isolated; 0: no longer. With a token, it
	 * is answered by one REQUEST_RESULT once everything said before is in force, too.
	 */
	REQUEST_APART,
	/*
	 * A client of the endpoint asks for a TAP. Its connection comes along: the host process
	 * asks the kernel who the client is, and answers it there; then REQUEST_HANDED_OUT.
	 */
	REQUEST_HAND_OUT,
	REQUEST_TAPS, /* the state of the TAPs: comes back with a descriptor of a copy, one line of
			 tapline.h for each */
	REQUEST_TAP_SET, /* changes one (enum request_tap_set), by its number: taps[0] */
	REQUEST_FOUND,	 /* the answer to REQUEST_FIND, with the same taps[0]; endpoint 1: yes */
	/* host to worker */
	REQUEST_CHANNEL,  /* the connector's channel: with a descriptor, or without: try later */
	REQUEST_TAP,	  /* the TAP, with its descriptor; once, when the worker is ready */
	REQUEST_NIC,	  /* the NIC's packet socket: with a descriptor, or without: it is gone */
	REQUEST_COUNTERS, /* log the counters */
	REQUEST_ASK,	  /* answer, to show that you can */
	REQUEST_LEVEL,	  /* log from this level on */
	REQUEST_OTHERS,	  /* addresses of the device, which no guest has; they replace the previous
			     ones */
	REQUEST_CONTROL,  /* the control socket, already listening, with its descriptor */
	REQUEST_FACTS,	  /* what query-status shows and the worker cannot know by itself */
	REQUEST_RESULT,	  /* for the client with that token: text says why it was not done, or "";
			     endpoint 1: because it may not */
	REQUEST_EVENT,	  /* something happened that clients are told */
	REQUEST_SLOTS,	  /* TAPs that came or went since the last one: taps, n_addresses of them */
	REQUEST_FIND, /* whether one of your guests has the MAC address of taps[0], which that TAP's
			 guest has begun to use */
	REQUEST_HANDED_OUT, /* clients that asked for TAPs have their answers, whatever these are:
			       token of them so far (a lost message is made up for by the next) */
	REQUEST_PREFIXES,   /* networks in which the device's neighbours are; they replace the
			       previous ones */
	REQUEST_STOP,	    /* log the counters and end */
};

enum request_event {
	REQUEST_EVENT_DNSMASQ,	/* it was restarted */
	REQUEST_EVENT_FIREWALL, /* another firewall drops guests' traffic; text says where */
	REQUEST_EVENT_FORWARD,	/* text is a forward, its state, and its address or "-" */
	REQUEST_EVENT_FORWARDS, /* several; text says how many were added, removed, and lead
				   elsewhere */
	REQUEST_EVENTS,
};

enum request_tap_set {
	REQUEST_TAP_EXPEL,   /* off the network */
	REQUEST_TAP_ISOLATE, /* isolates it from other guests */
	REQUEST_TAP_JOIN,    /* no longer */
	REQUEST_TAP_SETS,
};

enum {
	REQUEST_OTHERS_MAX = 32,
	REQUEST_PREFIXES_MAX = 32,
	REQUEST_TAPS_MAX = 48,	 /* in one message */
	REQUEST_TAP_SLOTS = 256, /* that there can be */
	REQUEST_APART_MAX = 96,
	/*
	 * Bytes, with the NUL, as are the next ones. A message and the kernel's overhead take 2
	 * KiB: of a larger one, only half as many would fit into the socket.
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
	char domain[REQUEST_DOMAIN_MAX]; /* "": none */
	uint32_t pid;			 /* of the host process */
	uint32_t n_uplinks;
	char uplinks[REQUEST_UPLINKS_MAX][IF_NAMESIZE];
};

/* A TAP that was handed out, in the slot that it keeps while it exists. */
struct request_tap {
	uint32_t number;       /* unique in this run; 0: a free slot */
	uint32_t uid;	       /* of the user it was made for */
	uint8_t mac[MAC_SIZE]; /* the guest's; 0: unknown yet */
	uint8_t slot;
	uint8_t off; /* 1: it is off the network */
	char name[IF_NAMESIZE];
};

struct request {
	uint32_t verb;
	/*
	 * index; or the level of REQUEST_LEVEL and REQUEST_SET_LEVEL, the event, what to set; 0 if
	 * the verb has none
	 */
	uint32_t endpoint;
	uint32_t n_addresses; /* 0 if the verb has none */
	uint32_t token; /* of the client that wants it, chosen by the worker; 0 if the verb has none
			 */
	union {
		/*
		 * For REQUEST_RESULT, REQUEST_EVENT, REQUEST_FORWARD_APPLY. The largest member, so
		 * it comes first: then an initializer zeroes all of the union.
		 */
		char text[REQUEST_TEXT_MAX];
		uint64_t addresses[MAC_LIST_MAX]; /* MAC addresses, first byte highest */
		/* For REQUEST_OTHERS and REQUEST_APART; IPv4 is mapped (::ffff:0:0/96). */
		struct in6_addr others[REQUEST_OTHERS_MAX];
		struct in6_addr apart[REQUEST_APART_MAX];
		struct prefix prefixes[REQUEST_PREFIXES_MAX];
		struct request_facts facts;
		struct tap_request tap; /* for REQUEST_HAND_OUT */
		/*
		 * For REQUEST_SLOTS; only the first for REQUEST_TAP_SET, REQUEST_FIND,
		 * REQUEST_FOUND.
		 */
		struct request_tap taps[REQUEST_TAPS_MAX];
	};
};

/*
 * Checks a message of size bytes from the worker. 0 with *request, or -EBADMSG (size), -EOPNOTSUPP
 * (verb), -ERANGE (endpoint, level, addresses that no guest can have, or invalid lines or
 * tap_request).
 */
int request_from_worker(const void *data, size_t size, unsigned n_endpoints,
			struct request *request);

/* The same for a message from the host. */
int request_from_host(const void *data, size_t size, unsigned n_endpoints, struct request *request);
