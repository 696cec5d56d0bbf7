/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What clients of the control socket want of the host process: the worker passes it on. */
#pragma once

#include "host_state.h"

/*
 * Does what a client wants, and answers it. For the verbs that REQUEST_RESULT answers, and
 * REQUEST_FOUND.
 */
void host_command_do(struct host *host, const struct request *request);
