/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has become of a TAP that was handed out, as a line of the copy that the host process answers
 * REQUEST_TAPS with. What does not change is in the struct request_tap of the same number. Pure.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum tapline_off {
	TAPLINE_ON,	 /* it is on the network */
	TAPLINE_ADDRESS, /* off: its device had another address than it was given */
	TAPLINE_BRIDGE,	 /* other software took it off */
	TAPLINE_ASKED,	 /* a client of the control socket did */
	TAPLINE_OFFS,
};

enum tapline_drop {
	TAPLINE_FULL,	  /* of what went there: its holder did not read it */
	TAPLINE_GATEWAY,  /* of what came: as the gateway */
	TAPLINE_ROUTER,	  /* or as a router */
	TAPLINE_DHCP,	  /* or as a DHCP server */
	TAPLINE_HIDDEN,	  /* or behind what is not looked into */
	TAPLINE_SENDER,	  /* with a sender that is not the guest */
	TAPLINE_ISOLATED, /* to or from an isolated guest */
	TAPLINE_DROPS,
};

enum {
	TAPLINE_ADDRESSES_MAX = 16, /* that are told */
	TAPLINE_COMMAND_MAX = 16,   /* TASK_COMM_LEN, with the end */
	/* Bytes, with the end: twelve of them numbers of 64 bits. */
	TAPLINE_MAX = 64 + 12 * 21 + TAPLINE_ADDRESSES_MAX * INET6_ADDRSTRLEN + TAPLINE_COMMAND_MAX,
};

struct tapline {
	uint32_t number;
	pid_t pid; /* of who asked for it; 0: in a container, where it has another */
	unsigned queues;
	bool isolated;
	enum tapline_off off;
	uint64_t frames_in; /* from the guest */
	uint64_t bytes_in;
	uint64_t frames_out;
	uint64_t bytes_out;
	uint64_t drops[TAPLINE_DROPS];
	unsigned n_addresses;
	struct in6_addr addresses[TAPLINE_ADDRESSES_MAX]; /* IPv4's are mapped ones */
	char command[TAPLINE_COMMAND_MAX];		  /* of that process; "": not known */
};

/* Writes it with a line feed; control characters of the command become '?'. */
const char *tapline_format(const struct tapline *tap, char text[TAPLINE_MAX]);

/* Reads a line without its line feed. False: it is none. */
bool tapline_read(struct tapline *tap, const char *line);
