/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <sys/un.h>

/* The address of the socket at path and suffix together. 0, or -ENAMETOOLONG. */
int unixaddress_set(struct sockaddr_un *address, const char *path, const char *suffix);
