/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vde_vmnet-bridge-helper: what its command line asks for, and how it exits. */
#pragma once

#include <stdbool.h>

#include "tap_message.h"

/* Exit statuses: QEMU and libvirt check whether it is 0. */
enum { HELPER_DONE = 0, HELPER_FAILED = 1 };

enum { HELPER_NAME_MAX = 32 }; /* characters of a network's name, the same as in the daemon */

enum helper_action {
	HELPER_HAND_OVER,
	HELPER_HELP,
	HELPER_VERSION,
};

struct helper {
	enum helper_action action;
	const char *bridge; /* a network or vmnet-NETWORK, or a bridge that is not ours */
	int fd;		    /* the caller's socket */
	bool use_vnet;	    /* the caller accepts a TAP with virtio headers */
	const char *own;    /* an option used that only we have, or NULL */
	struct tap_request request;
};
