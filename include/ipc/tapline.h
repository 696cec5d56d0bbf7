/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of a TAP that was handed out, as a line of the copy that answers REQUEST_TAPS. What
 * does not change is in the struct request_tap with the same number. Pure.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum tapline_off {
	TAPLINE_ON,	 /* it is on the network */
	TAPLINE_ADDRESS, /* off: its device had an address other than the one it was given */
	TAPLINE_BRIDGE,	 /* off: other software took it off */
	TAPLINE_ASKED,	 /* off: a client of the control socket asked for that */
	TAPLINE_OFFS,
};

enum tapline_drop {
	TAPLINE_FULL,	  /* to the guest: its holder did not read it */
	TAPLINE_GATEWAY,  /* from the guest: as the gateway */
	TAPLINE_ROUTER,	  /* as a router */
	TAPLINE_DHCP,	  /* as a DHCP server */
	TAPLINE_HIDDEN,	  /* of a type that is not looked into */
	TAPLINE_SENDER,	  /* with a sender other than the guest */
	TAPLINE_ISOLATED, /* to or from an isolated guest */
	TAPLINE_DROPS,
};

enum {
	TAPLINE_ADDRESSES_MAX = 16, /* that are listed */
	TAPLINE_COMMAND_MAX = 16,   /* TASK_COMM_LEN, with the NUL */
	/* Bytes, with the NUL; there is room for twelve numbers of 64 bits. */
	TAPLINE_MAX = 64 + 12 * 21 + TAPLINE_ADDRESSES_MAX * INET6_ADDRSTRLEN + TAPLINE_COMMAND_MAX,
};

struct tapline {
	uint32_t number;
	pid_t pid; /* of whoever asked for it; 0: in a container, where it has another */
	unsigned queues;
	bool isolated;
	enum tapline_off off;
	uint64_t frames_in; /* from the guest */
	uint64_t bytes_in;
	uint64_t frames_out;
	uint64_t bytes_out;
	uint64_t drops[TAPLINE_DROPS];
	unsigned n_addresses;
	struct in6_addr addresses[TAPLINE_ADDRESSES_MAX]; /* IPv4 is mapped */
	char command[TAPLINE_COMMAND_MAX];		  /* of that process; "": unknown */
};

/* Writes it with a newline; control characters in the command become '?'. */
const char *tapline_format(const struct tapline *tap, char text[TAPLINE_MAX]);

/* Reads a line without its newline. False: it is invalid. */
bool tapline_read(struct tapline *tap, const char *line);
