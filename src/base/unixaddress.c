// SPDX-License-Identifier: GPL-2.0-or-later
#include "unixaddress.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

int unixaddress_set(struct sockaddr_un *address, const char *path, const char *suffix)
{
	int length;

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	length = snprintf(address->sun_path, sizeof(address->sun_path), "%s%s", path, suffix);
	return length < (int)sizeof(address->sun_path) ? 0 : -ENAMETOOLONG;
}
