/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which user and groups a process of ours runs as.
 */
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
	bool fallback;		      /* vde-vmnet or nobody, for want of a person */
	bool caller;		      /* who called sudo */
	char name[IDENTITY_NAME_MAX]; /* for messages */
};

/*
 * The worker's: user ("USER[:GROUP]", or ""), else the one who called sudo
 * (sudo_uid, the value of $SUDO_UID, or NULL), else vde-vmnet, else nobody;
 * never root. Without uid 0 it is the caller's own. group ((gid_t)-1: none) is
 * added, so that the worker may give sockets to it. 0, or -1 with *problem.
 */
int identity_worker(struct identity *identity, const char *user, gid_t group, const char *sudo_uid,
		    struct problem *problem);

/* dnsmasq's: the user dnsmasq, else vde-vmnet, else nobody; the caller's own without uid 0. */
int identity_dnsmasq(struct identity *identity, struct problem *problem);

/*
 * The group that may attach where none is named: vde-vmnet, or where there is no
 * such group Debian's vde2-net. A person gives only what he is in: else he wants
 * a network of his own. Its name, with its gid in *gid; or NULL.
 */
const char *identity_default_group(struct identity *identity, gid_t *gid);

/* Leaves the identity, of its supplementary groups, those n and its own. */
void identity_keep_groups(struct identity *identity, const gid_t *groups, unsigned n);

/* The uid of a user's name or number, the gid of a group's. 0, or -ENOENT. */
int identity_user(const char *text, uid_t *uid);
int identity_group(const char *text, gid_t *gid);

/* Whether a process of ours with effective uid 0 must change to another identity. */
bool identity_can_change(void);
