// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipes.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int pipes_take(struct pipes *pipes, struct pipe_ends *pipe)
{
	int fds[2];

	if (pipes->n_spare > 0) {
		*pipe = pipes->spare[--pipes->n_spare];
		return 0;
	}
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	*pipe = (struct pipe_ends){.out = fds[0], .in = fds[1]};
	return 0;
}

void pipes_close(struct pipe_ends *pipe)
{
	if (pipe->out >= 0) {
		close(pipe->out);
		close(pipe->in);
	}
	*pipe = (struct pipe_ends){-1, -1};
}

void pipes_give(struct pipes *pipes, struct pipe_ends *pipe)
{
	if (pipe->out >= 0 && pipes->n_spare < PIPES_SPARE) {
		pipes->spare[pipes->n_spare++] = *pipe;
		*pipe = (struct pipe_ends){-1, -1};
	}
	pipes_close(pipe);
}

void pipes_finish(struct pipes *pipes)
{
	while (pipes->n_spare > 0)
		pipes_close(&pipes->spare[--pipes->n_spare]);
}
