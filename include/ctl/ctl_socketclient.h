/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What vde_vmnetctl is by the name socket_vmnet_client: the command of that name that comes with
 * socket_vmnet, for scripts that were written for it.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "problem.h"

#define CTL_SOCKETCLIENT "socket_vmnet_client"

/* Whether it was called by that name. */
bool ctl_socketclient_is_meant(const char *program);

/*
 * words: SOCKET COMMAND [ARGUMENT]...; ends with NULL. Connects to SOCKET, and becomes the command,
 * which has the connection as descriptor 3. 0 where it only told its help or version; else -1 with
 * *problem.
 */
int ctl_socketclient_run(char *const *words, FILE *out, struct problem *problem);
