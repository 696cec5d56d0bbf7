// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_execute.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"

int ctl_execute(char *const *words, const int *fds, unsigned n, struct problem *problem)
{
	for (unsigned i = 0; i < n; i++) {
		if (fcntl(fds[i], F_SETFD, 0) < 0)
			return problem_set(problem, CTL_FAILED, "descriptor %d: %s", fds[i],
					   strerror(errno));
	}
	execvp(words[0], words);
	return problem_set(problem, errno == ENOENT ? CTL_NO_COMMAND : CTL_NOT_EXECUTABLE,
			   "%.200s: %s", words[0], strerror(errno));
}
