/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who a client of a socket of ours is. The worker reads what clients say, and guests' frames as
 * well, so who asked is not what it says: it hands over the connection, and the kernel tells.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

enum { FORWARD_CLIENT_GROUPS_MAX = 1024 }; /* that are looked at */

/* As it was when it connected. Zeroed: nobody. */
struct forward_client {
	bool known;
	uid_t uid;
	gid_t gid;
	pid_t pid;
	unsigned n_groups;
	gid_t groups[FORWARD_CLIENT_GROUPS_MAX];
};

/*
 * fd is a connection that was accepted by the socket of that type at path, and then whose. 0, or
 * -EPROTO: it is none of those. Anything else can say that root is at its other end: the worker's
 * log does, or the socket that listens.
 */
int forward_client_look(struct forward_client *client, int fd, int type, const char *path);

bool forward_client_is_in(const struct forward_client *client, gid_t group);

/* Whether it is whom a USER, or @GROUP, names. */
bool forward_client_is(const struct forward_client *client, const char *who);
