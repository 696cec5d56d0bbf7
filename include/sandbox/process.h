/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Child processes: started with exactly the descriptors they are given, in their own session
 * (Ctrl-C on a terminal reaches only us), killed when we die, and watched by pidfd.
 */
#pragma once

#include <sys/types.h>

#include "confinement.h"
#include "identity.h"
#include "loop.h"

enum {
	PROCESS_FDS_MAX = 2,
	PROCESS_FIRST_FD = 3,
	PROCESS_EXEC_MAX = 5000, /* ms from fork to exec, on a badly overloaded host */
};

struct process {
	pid_t pid; /* 0: none */
	int pidfd;
	struct loop *loop;
	struct source source;
	/* The child ended, with that status of waitpid(2). The struct can be reused. */
	void (*ended)(struct process *process, int status);
};

struct process_spec {
	const char *path;	 /* what to execute; NULL: program */
	int program;		 /* a descriptor of what to execute (program.h); stays ours */
	const char *const *argv; /* with the final NULL */
	const char *const *envp;
	const int *fds;	  /* become PROCESS_FIRST_FD, … in the child */
	unsigned n_fds;	  /* at most PROCESS_FDS_MAX */
	int output;	  /* its stdout and stderr; 0: our stderr */
	int death_signal; /* sent to it when we die */
	int (*enter)(const struct identity *identity); /* sandbox_enter_*() */
	const struct identity *identity;
	const struct confinement *confinement; /* entered last; NULL: none */
};

/*
 * Forks, enters the sandbox, executes. Waits for exec, at most PROCESS_EXEC_MAX: 0 with a running
 * child, or -errno of the first step that failed; -ETIMEDOUT if there was no exec in that time.
 * stdin is /dev/null.
 */
int process_start(struct process *process, struct loop *loop, const struct process_spec *spec,
		  void (*ended)(struct process *process, int status));

/* Sends a signal to a running child; does nothing if it has ended. */
void process_signal(const struct process *process, int signal);

/* Whether a child has ended, even if its callback has not been called yet. */
bool process_has_ended(const struct process *process);

/*
 * Opens a process that is not our child, so that its pid cannot come to mean another one. Returns
 * the descriptor, or -errno.
 */
int process_hold(pid_t pid);

/* Kills the process, waits at most grace ms for its end, and closes the descriptor. */
void process_kill_held(int pidfd, int grace);

/*
 * Ends a running child now: waits grace milliseconds for it to exit by itself, then kills it and
 * whatever it left in its process group, and reaps it. ended() is not called. Returns its status,
 * or -1 if there was no child.
 */
int process_stop(struct process *process, int grace);

/*
 * For a child: ignores signals sent to all processes of the service or the terminal. Only the host
 * process ends it.
 */
void process_ignore_signals(void);
