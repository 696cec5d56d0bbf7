/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vde_vmnet-bridge-helper: what its command line asks for, and how it ends. */
#pragma once

#include <stdbool.h>

#include "tap_message.h"

/* Exit statuses: QEMU and libvirt look at whether it is 0. */
enum { HELPER_DONE = 0, HELPER_FAILED = 1 };

enum { HELPER_NAME_MAX = 32 }; /* characters of a network's name, as the daemon takes them */

enum helper_action {
	HELPER_HAND_OVER,
	HELPER_HELP,
	HELPER_VERSION,
};

struct helper {
	enum helper_action action;
	const char *bridge; /* a network or vmnet-NETWORK, or a bridge of somebody else's */
	int fd;		    /* the caller's socket */
	bool use_vnet;	    /* the caller takes a TAP with virtio headers */
	const char *own;    /* what was asked for that only we have, or NULL */
	struct tap_request request;
};
