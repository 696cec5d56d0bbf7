/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who the client of one of our sockets is. The worker reads what clients say, and guests' frames as
 * well, so its word on who asked is not trusted: it hands over the connection, and we ask the
 * kernel.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

enum { FORWARD_CLIENT_GROUPS_MAX = 1024 }; /* at most this many are looked at */

/* As it was when it connected. Zeroed: unknown. */
struct forward_client {
	bool known;
	uid_t uid;
	gid_t gid;
	pid_t pid;
	unsigned n_groups;
	gid_t groups[FORWARD_CLIENT_GROUPS_MAX];
};

/*
 * Fills in the client at the other end of fd, which must be a connection accepted by the socket of
 * that type at path. 0, or -EPROTO if it is not: other sockets, such as the worker's log or a
 * listening socket, would name root as their peer.
 */
int forward_client_look(struct forward_client *client, int fd, int type, const char *path);

bool forward_client_is_in(const struct forward_client *client, gid_t group);

/* Whether it is the one that who, a USER or @GROUP, names. */
bool forward_client_is(const struct forward_client *client, const char *who);
