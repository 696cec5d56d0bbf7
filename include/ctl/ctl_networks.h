/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The networks that exist: those with a control socket in the directory. */
#pragma once

#include <stdbool.h>

#include "ctl.h"
#include "problem.h"

enum { CTL_NETWORKS_MAX = 1024 };

struct ctl_networks {
	unsigned n;
	bool partly; /* the directory is not readable: only those listed by the kernel */
	char names[CTL_NETWORKS_MAX][CTL_NAME_MAX + 1]; /* sorted */
};

/* 0, also if there is no directory and thus no network; -1 with *problem. */
int ctl_networks_read(struct ctl_networks *networks, const char *directory,
		      struct problem *problem);

/* Chooses the network that the user named or meant. 0, or -1 with *problem. */
int ctl_networks_choose(const struct ctl *ctl, char name[CTL_NAME_MAX + 1],
			struct problem *problem);
