// SPDX-License-Identifier: GPL-2.0-or-later
#include "forward_client.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "identity.h"

static int forward_client_option(int fd, int option)
{
	int value = -1;
	socklen_t size = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &size) < 0 ? -1 : value;
}

/* Only sockets accepted from that one have its name without listening. */
static bool forward_client_is_connection(int fd, int type, const char *path)
{
	struct sockaddr_un address = {0};
	socklen_t size = sizeof(address);

	if (forward_client_option(fd, SO_DOMAIN) != AF_UNIX ||
	    forward_client_option(fd, SO_TYPE) != type ||
	    forward_client_option(fd, SO_ACCEPTCONN) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &size) < 0)
		return false;
	return size > offsetof(struct sockaddr_un, sun_path) &&
	       strncmp(address.sun_path, path, sizeof(address.sun_path)) == 0;
}

int forward_client_look(struct forward_client *client, int fd, int type, const char *path)
{
	struct ucred user;
	socklen_t size = sizeof(user);

	*client = (struct forward_client){0};
	if (!forward_client_is_connection(fd, type, path) ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &user, &size) < 0)
		return -EPROTO;
	client->known = true;
	client->uid = user.uid;
	client->gid = user.gid;
	client->pid = user.pid;
	size = sizeof(client->groups);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, client->groups, &size) == 0)
		client->n_groups = size / sizeof(client->groups[0]);
	return 0;
}

bool forward_client_is_in(const struct forward_client *client, gid_t group)
{
	if (!client->known || group == (gid_t)-1)
		return false;
	for (unsigned i = 0; i < client->n_groups; i++) {
		if (client->groups[i] == group)
			return true;
	}
	return client->gid == group;
}

bool forward_client_is(const struct forward_client *client, const char *who)
{
	gid_t gid;
	uid_t uid;

	if (!client->known || *who == '\0')
		return false;
	if (*who == '@')
		return identity_group(who + 1, &gid) == 0 && forward_client_is_in(client, gid);
	return identity_user(who, &uid) == 0 && client->uid == uid;
}
