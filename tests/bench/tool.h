/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tools of the bench have in common. */
#pragma once

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline void die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
	exit(1);
}

/* Gives up root for a user, who owns what the contender made. */
static inline void become(const char *name)
{
	const struct passwd *user = getpwnam(name);

	if (!user)
		die(name);
	if (setgroups(0, NULL) < 0 || setgid(user->pw_gid) < 0 || setuid(user->pw_uid) < 0)
		die("setuid");
}
