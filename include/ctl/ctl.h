/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vde_vmnetctl: what its command line asks for, and its exit status. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Exit statuses, which scripts rely on (vde_vmnetctl(1)). */
enum {
	CTL_DONE = 0,
	CTL_FAILED = 1,
	CTL_USAGE = 2,
	CTL_ABSENT = 3,	   /* no such network, or it is not running */
	CTL_FORBIDDEN = 4, /* this user is not allowed to */
	/* If a command could not be executed, as in a shell; otherwise the command's own status. */
	CTL_NOT_EXECUTABLE = 126,
	CTL_NO_COMMAND = 127, /* not found */
};

/* The socket of network NAME is DIRECTORY/NAME.control. */
#define CTL_SOCKET_SUFFIX ".control"

enum { CTL_NAME_MAX = 32 }; /* characters of a network's name, like in the daemon */

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
	int64_t limit;	 /* ms, time limit for an answer */
	const char *via; /* for run: how to join; NULL: the fastest way */
	const char *mac; /* for run: the guest's MAC address; NULL: any */
	FILE *out;
	char **words; /* all but options: a verb and its arguments; NULL-terminated */
	unsigned n_words;
};
