/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vde_vmnetctl when called socket_vmnet_client: works like socket_vmnet's command of that name, for
 * scripts written for it.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "problem.h"

#define CTL_SOCKETCLIENT "socket_vmnet_client"

/* Whether it was called by that name. */
bool ctl_socketclient_is_meant(const char *program);

/*
 * words: SOCKET COMMAND [ARGUMENT]..., NULL-terminated. Connects to SOCKET, and becomes the
 * command, with the connection as descriptor 3. 0 if it only printed help or version; else -1 with
 * *problem.
 */
int ctl_socketclient_run(char *const *words, FILE *out, struct problem *problem);
