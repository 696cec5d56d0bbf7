// SPDX-License-Identifier: GPL-2.0-or-later
#include "sockopt.h"

#include <errno.h>
#include <sys/socket.h>

int sockopt_set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) < 0 ? -errno : 0;
}
