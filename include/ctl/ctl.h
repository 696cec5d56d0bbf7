/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vde_vmnetctl: what its command line asks for, and how it ends. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Exit statuses, which scripts rely on (vde_vmnetctl(1)). */
enum {
	CTL_DONE = 0,
	CTL_FAILED = 1,
	CTL_USAGE = 2,
	CTL_ABSENT = 3,	   /* no such network, or it does not run */
	CTL_FORBIDDEN = 4, /* not allowed to this user */
	/* Of a command that was to be executed, as of a shell; else the status is the command's. */
	CTL_NOT_EXECUTABLE = 126,
	CTL_NO_COMMAND = 127, /* it is not there */
};

/* A network NAME is asked by DIRECTORY/NAME.control. */
#define CTL_SOCKET_SUFFIX ".control"

enum { CTL_NAME_MAX = 32 }; /* characters of a network's name, as the daemon takes them */

enum ctl_action {
	CTL_RUN,
	CTL_HELP,
	CTL_VERSION,
};

struct ctl {
	enum ctl_action action;
	const char *directory; /* where the control sockets are */
	const char *name;      /* the network; NULL: the only one, or "shared" */
	bool json;
	int64_t limit;	 /* ms that an answer may take */
	const char *via; /* of run: how to join; NULL: the fastest way */
	const char *mac; /* of run: the guest's MAC address; NULL: any */
	FILE *out;
	char **words; /* what is no option: a verb and its arguments; ends with NULL */
	unsigned n_words;
};
