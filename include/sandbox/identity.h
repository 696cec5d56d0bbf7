/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which user and groups our processes run as. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "problem.h"

enum { IDENTITY_GROUPS_MAX = 32, IDENTITY_NAME_MAX = 33 };

struct identity {
	uid_t uid;
	gid_t gid;
	gid_t groups[IDENTITY_GROUPS_MAX]; /* supplementary */
	int n_groups;
	bool fallback;		      /* vde-vmnet or nobody, because no person was found */
	bool caller;		      /* the user who called sudo */
	char name[IDENTITY_NAME_MAX]; /* for messages */
};

/*
 * The worker's: user ("USER[:GROUP]", or ""), else the caller of sudo (sudo_uid, the value of
 * $SUDO_UID, or NULL), else vde-vmnet, else nobody; never root. Without uid 0, the caller's own.
 * group ((gid_t)-1: none) is added, so that the worker can give sockets to it. 0, or -1 with
 * *problem.
 */
int identity_worker(struct identity *identity, const char *user, gid_t group, const char *sudo_uid,
		    struct problem *problem);

/* dnsmasq's: the user dnsmasq, else vde-vmnet, else nobody; without uid 0, the caller's own. */
int identity_dnsmasq(struct identity *identity, struct problem *problem);

/*
 * The group that may attach if none is given: vde-vmnet or, if it does not exist, Debian's
 * vde2-net. A person's network only uses it if they are a member; otherwise it is theirs alone.
 * Returns its name, with its gid in *gid; or NULL.
 */
const char *identity_default_group(struct identity *identity, gid_t *gid);

/* Drops all supplementary groups but those n and the primary one. */
void identity_keep_groups(struct identity *identity, const gid_t *groups, unsigned n);

/* The uid of a user's name or number, the gid of a group's. 0, or -ENOENT. */
int identity_user(const char *text, uid_t *uid);
int identity_group(const char *text, gid_t *gid);

/* Whether our processes with effective uid 0 must change to another identity. */
bool identity_can_change(void);
