/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A child that gives something up, and tries what it may do then. */
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "unit.h"

/* The wait status of a child that runs deed(argument) with no_new_privs; exits with its result. */
static inline int confined(int (*deed)(int argument), int argument)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
			_exit(99);
		_exit(deed(argument));
	}
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}
