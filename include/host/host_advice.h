/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the guests of a network cannot reach, and what to do about it. */
#pragma once

#include "log.h"
#include "plan.h"

enum { HOST_ADVICE_MAX = 3, HOST_ADVICE_TEXT_MAX = 512 };

struct host_advice {
	enum log_level level;
	char text[HOST_ADVICE_TEXT_MAX];
};

/* Returns how many there are; each is one sentence. */
unsigned host_advice(const struct plan *plan, struct host_advice advice[HOST_ADVICE_MAX]);
