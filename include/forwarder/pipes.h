/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pipes, by which splice() carries bytes from one socket to the other. Only while there are bytes
 * in it does a connection hold one: idle ones cost two descriptors each, and the kernel gives all
 * processes of a user 1024 full-size pipes together (pipe-user-pages-soft).
 */
#pragma once

enum { PIPES_SPARE = 32 };

struct pipe_ends {
	int out; /* is read from; -1: there is none */
	int in;
};

struct pipes {
	unsigned n_spare;
	struct pipe_ends spare[PIPES_SPARE];
};

/* An empty one. 0, or -errno. */
int pipes_take(struct pipes *pipes, struct pipe_ends *pipe);

/* Takes one back that is empty again; *pipe is none then. One that is none is fine. */
void pipes_give(struct pipes *pipes, struct pipe_ends *pipe);

/* Closes one that bytes may be left in; *pipe is none then. One that is none is fine. */
void pipes_close(struct pipe_ends *pipe);

void pipes_finish(struct pipes *pipes);
