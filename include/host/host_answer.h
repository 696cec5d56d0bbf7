/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers to clients of the control socket, by way of the worker (REQUEST_RESULT). */
#pragma once

#include "host_state.h"

/* Why it was not done, or ""; then fd is for the client (-1: none). */
void host_answer(const struct host *host, uint32_t token, const char *why, int fd);

/* Why the client may not do that. */
void host_answer_refusal(const struct host *host, uint32_t token, const char *why);

/* A memory file for a copy that the worker reads: a descriptor, or -1 with errno. */
int host_answer_make_copy(const char *name);
