/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pipes, through which splice() moves bytes from one socket to another. A connection holds one only
 * while there are bytes in it: idle pipes cost two descriptors each, and the kernel gives all
 * processes of a user 1024 full-size pipes together (pipe-user-pages-soft).
 */
#pragma once

enum { PIPES_SPARE = 32 };

struct pipe_ends {
	int out; /* read end; -1: none */
	int in;
};

struct pipes {
	unsigned n_spare;
	struct pipe_ends spare[PIPES_SPARE];
};

/* Takes an empty one. 0, or -errno. */
int pipes_take(struct pipes *pipes, struct pipe_ends *pipe);

/* Returns one that is empty again and clears *pipe. Does nothing if there is none. */
void pipes_give(struct pipes *pipes, struct pipe_ends *pipe);

/* Closes one that may still hold bytes and clears *pipe. Does nothing if there is none. */
void pipes_close(struct pipe_ends *pipe);

void pipes_finish(struct pipes *pipes);
