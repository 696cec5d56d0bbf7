// SPDX-License-Identifier: GPL-2.0-or-later
#include "pulse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void pulse_begin(struct pulse *pulse)
{
	pulse->looks = 0;
}

static bool pulse_sleeps(const struct pulse_look *first, const struct pulse_look *look)
{
	return look->state == 'S' &&
	       look->user + look->system - first->user - first->system <= PULSE_IDLE;
}

/* One that works makes calls, for it has to receive what it works on. */
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

	/* What it is not asked, it need not answer: that it is stopped is all there is to see. */
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
	long hertz = sysconf(_SC_CLK_TCK);
	char path[32];
	char text[512];
	unsigned long user;
	unsigned long system;
	const char *rest;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	rest = strrchr(text, ')'); /* a name may hold anything */
	if (!rest || sscanf(rest, ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
			    &look->state, &user, &system) != 3)
		return -EINVAL;
	look->user = (long)user * 1000 / hertz;
	look->system = (long)system * 1000 / hertz;
	return 0;
}
