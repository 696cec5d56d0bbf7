/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts that the host process starts this program as: the names they are executed under, and
 * the order of their arguments. Each argument is a string; PART_NONE if there is nothing to say.
 * The locators, one for each endpoint, come last.
 */
#pragma once

#include "endpoint.h"

#define PART_NONE "-"

#define WORKER_NAME	 "vde_vmnet-worker"
#define WORKER_JOINS_UDP "udp"
#define WORKER_ISOLATED	 "isolated"
#define WORKER_ON_LAN	 "lan"
#define WORKER_OPEN4	 "4"
#define WORKER_OPEN6	 "6"
#define WORKER_ROUTER6	 "r"

enum worker_argument {
	WORKER_ARGUMENT_NAME,
	WORKER_ARGUMENT_LEVEL,	  /* of the log */
	WORKER_ARGUMENT_MTU,	  /* bytes */
	WORKER_ARGUMENT_UDP,	  /* WORKER_JOINS_UDP if the TAP takes UDP super-frames */
	WORKER_ARGUMENT_DEVICE,	  /* the network's device, by name */
	WORKER_ARGUMENT_TAP,	  /* the TAP's name: the same, or a member of that bridge */
	WORKER_ARGUMENT_GATEWAY,  /* "MAC,IPV4[,IPV6]...", as guard_parse() reads it */
	WORKER_ARGUMENT_SUBNET,	  /* the gateway's prefix length, or 0 */
	WORKER_ARGUMENT_LEASES,	  /* that a port may have from our DHCP server; 0: no server */
	WORKER_ARGUMENT_ISOLATED, /* WORKER_ISOLATED if guests are */
	WORKER_ARGUMENT_LAN,	  /* WORKER_ON_LAN if the TAP leads to others' switches */
	WORKER_ARGUMENT_OPEN, /* WORKER_OPEN4, 6: guests may serve DHCP and route; WORKER_ROUTER6 */
	WORKER_ARGUMENT_CONTROL, /* gid whose members may change the network at the control socket
				  */
	/* The device's MAC if it is the way to the host, beside a NIC that guests share. */
	WORKER_ARGUMENT_MAC,
	WORKER_ARGUMENT_LOCATORS,
	WORKER_ARGUMENTS_MAX = WORKER_ARGUMENT_LOCATORS + ENDPOINTS_MAX,
	WORKER_GATEWAY_MAX = 256, /* bytes of that argument, with the NUL */
};

#define CONNECTOR_NAME	 "vde_vmnet-connector"
#define CONNECTOR_OPEN	 "open"
#define CONNECTOR_CHECK	 "check"
#define CONNECTOR_REMOVE "remove"

enum connector_argument {
	CONNECTOR_ARGUMENT_NAME,
	CONNECTOR_ARGUMENT_VERB,
	CONNECTOR_ARGUMENT_LEVEL,
	CONNECTOR_ARGUMENT_GROUP, /* gid that may attach */
	CONNECTOR_ARGUMENT_LOCATOR,
	CONNECTOR_ARGUMENTS,
};

#define WATCHER_NAME "vde_vmnet-watcher"

enum watcher_argument {
	WATCHER_ARGUMENT_NAME,
	WATCHER_ARGUMENT_LEVEL,
	WATCHER_ARGUMENT_NETWORK, /* its name */
	WATCHER_ARGUMENTS,
};

#define FORWARDER_NAME "vde_vmnet-forwarder"

enum forwarder_argument {
	FORWARDER_ARGUMENT_NAME,
	FORWARDER_ARGUMENT_LEVEL,
	FORWARDER_ARGUMENTS,
};
