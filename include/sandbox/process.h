/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Child processes: started with exactly the descriptors they are given, in a
 * session of their own (a terminal's Ctrl-C is for us alone), killed when we
 * die, and watched by pidfd.
 */
#pragma once

#include <sys/types.h>

#include "confinement.h"
#include "identity.h"
#include "loop.h"

enum {
	PROCESS_FDS_MAX = 2,
	PROCESS_FIRST_FD = 3,
	PROCESS_EXEC_MAX = 5000, /* ms from fork to exec, on a host that is far too busy */
};

struct process {
	pid_t pid; /* 0: none */
	int pidfd;
	struct loop *loop;
	struct source source;
	/* The child ended; status as of waitpid(2). The struct is free again. */
	void (*ended)(struct process *process, int status);
};

struct process_spec {
	const char *path;	 /* what to execute; NULL: what program is */
	int program;		 /* a descriptor of it (program.h), which stays ours */
	const char *const *argv; /* with the final NULL */
	const char *const *envp;
	const int *fds;	  /* become PROCESS_FIRST_FD, … in the child */
	unsigned n_fds;	  /* at most PROCESS_FDS_MAX */
	int output;	  /* its stdout and stderr; 0: our stderr */
	int death_signal; /* what it gets when we die */
	int (*enter)(const struct identity *identity); /* sandbox_enter_*() */
	const struct identity *identity;
	const struct confinement *confinement; /* entered last; NULL: none */
};

/*
 * Forks, enters the sandbox, executes. Waits until exec has happened, at most
 * PROCESS_EXEC_MAX: 0 with a running child, or -errno of the first step that
 * failed, -ETIMEDOUT when there was none of it in that time. stdin is /dev/null.
 */
int process_start(struct process *process, struct loop *loop, const struct process_spec *spec,
		  void (*ended)(struct process *process, int status));

/* Sends a signal to a running child; no effect on one that has ended. */
void process_signal(const struct process *process, int signal);

/* Whether a child has ended, also where its callback has not been called yet. */
bool process_has_ended(const struct process *process);

/*
 * A process that is no child of ours, held by a descriptor, so that its number
 * means no other from here on. The descriptor, or -errno.
 */
int process_hold(pid_t pid);

/* Kills what is held, waits at most grace ms for its end, and closes the descriptor. */
void process_kill_held(int pidfd, int grace);

/*
 * Ends a running child now: waits grace milliseconds for it to end by itself,
 * then kills it and reaps it, and all that it started and left in its group.
 * ended() is not called. Returns its status, or -1 when there was no child.
 */
int process_stop(struct process *process, int grace);

/*
 * The child's own: only the host process ends it; a signal to all processes of the service, or of
 * the terminal, is not for it.
 */
void process_ignore_signals(void);
