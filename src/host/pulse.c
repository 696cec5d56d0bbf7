// SPDX-License-Identifier: GPL-2.0-or-later
#include "pulse.h"

#include <unistd.h>

#include "procstat.h"

void pulse_begin(struct pulse *pulse)
{
	pulse->looks = 0;
}

static bool pulse_sleeps(const struct pulse_look *first, const struct pulse_look *look)
{
	return look->state == 'S' &&
	       look->user + look->system - first->user - first->system <= PULSE_IDLE;
}

/* A process that works makes system calls, because it has to receive what it works on. */
static bool pulse_loops(const struct pulse_look *first, const struct pulse_look *look)
{
	long user = look->user - first->user;

	return look->state == 'R' && user >= PULSE_LOOP &&
	       look->system - first->system <= user / PULSE_LOOP_CALLS;
}

bool pulse_look(struct pulse *pulse, const struct pulse_look *look)
{
	const struct pulse_look *first = &pulse->first;
	bool is_stopped = look->state == 'T';

	/*
	 * Without questions there is nothing it must answer: then only its being stopped can be
	 * seen.
	 */
	if (!is_stopped && !(look->asked && look->leaves_unread)) {
		pulse_begin(pulse);
		return false;
	}
	if (pulse->looks++ == 0)
		pulse->first = *look;
	if (pulse->looks <= PULSE_LOOKS)
		return false;
	return is_stopped || pulse_sleeps(first, look) || pulse_loops(first, look);
}

int pulse_read(struct pulse_look *look, pid_t pid)
{
	const uint64_t hertz = (uint64_t)sysconf(_SC_CLK_TCK);
	struct procstat stat;
	int ret = procstat_read(&stat, pid);

	if (ret < 0)
		return ret;
	look->state = stat.state;
	look->user = (long)(stat.user * 1000 / hertz);
	look->system = (long)(stat.system * 1000 / hertz);
	return 0;
}
