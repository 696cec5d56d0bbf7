// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_part.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "log.h"
#include "parts.h"
#include "sandbox.h"

enum {
	HOST_PART_REMOVE_GRACE = 500, /* ms allowed for removing sockets */
	HOST_PART_CHECK_GRACE = 2000, /* ms allowed for checking an endpoint */
};

/* Nothing of our environment except what the journal needs to tell our lines apart. */
struct host_part_environment {
	char journal[128];
	const char *envp[4];
};

static void host_part_make_environment(struct host_part_environment *environment)
{
	const char *stream = getenv("JOURNAL_STREAM");

	*environment = (struct host_part_environment){.envp = {"PATH=/usr/bin:/bin", "LC_ALL=C"}};
	if (!stream)
		return;
	snprintf(environment->journal, sizeof(environment->journal), "JOURNAL_STREAM=%s", stream);
	environment->envp[2] = environment->journal;
}

/* Starts this program again with a part's environment. 0, or -errno. */
static int host_part_execute(struct process *process, struct loop *loop, struct process_spec *spec,
			     void (*ended)(struct process *process, int status))
{
	struct host_part_environment environment;

	host_part_make_environment(&environment);
	spec->envp = environment.envp;
	return process_start(process, loop, spec, ended);
}

int host_part_start(struct process *process, struct loop *loop, const struct program *program,
		    const struct identity *identity, const char *const *argv, const int *fds,
		    unsigned n_fds, void (*ended)(struct process *process, int status))
{
	bool connector = strcmp(argv[0], CONNECTOR_NAME) == 0;
	struct process_spec spec = {.program = program->fd,
				    .argv = argv,
				    .fds = fds,
				    .n_fds = n_fds,
				    /* a connector cleans up on SIGTERM */
				    .death_signal = connector ? SIGTERM : SIGKILL,
				    .enter = sandbox_enter_worker,
				    .identity = identity};

	return host_part_execute(process, loop, &spec, ended);
}

int host_part_start_watcher(struct process *process, struct loop *loop,
			    const struct program *program, const char *const *argv, const int *fds,
			    unsigned n_fds, void (*ended)(struct process *process, int status))
{
	struct process_spec spec = {.program = program->fd,
				    .argv = argv,
				    .fds = fds,
				    .n_fds = n_fds,
				    .death_signal = 0, /* our death is when its work begins */
				    .enter = sandbox_enter_watcher};

	return host_part_execute(process, loop, &spec, ended);
}

/* Its exit status says everything. */
static void host_part_ended(struct process *process, int status)
{
	(void)process;
	(void)status;
}

void host_part_remove_endpoint(struct loop *loop, const struct program *program,
			       const struct identity *identity, const char *locator)
{
	const char *const argv[CONNECTOR_ARGUMENTS + 1] = {
		[CONNECTOR_ARGUMENT_NAME] = CONNECTOR_NAME,
		[CONNECTOR_ARGUMENT_VERB] = CONNECTOR_REMOVE,
		[CONNECTOR_ARGUMENT_LEVEL] = log_level_name(log_current_level()),
		[CONNECTOR_ARGUMENT_GROUP] = PART_NONE,
		[CONNECTOR_ARGUMENT_LOCATOR] = locator};
	struct process process = {0};

	if (host_part_start(&process, loop, program, identity, argv, NULL, 0, host_part_ended) == 0)
		process_stop(&process, HOST_PART_REMOVE_GRACE);
}

int host_part_check_endpoint(struct loop *loop, const struct program *program,
			     const struct identity *identity, const char *locator)
{
	const char *const argv[CONNECTOR_ARGUMENTS + 1] = {
		[CONNECTOR_ARGUMENT_NAME] = CONNECTOR_NAME,
		[CONNECTOR_ARGUMENT_VERB] = CONNECTOR_CHECK,
		[CONNECTOR_ARGUMENT_LEVEL] = log_level_name(log_current_level()),
		[CONNECTOR_ARGUMENT_GROUP] = PART_NONE,
		[CONNECTOR_ARGUMENT_LOCATOR] = locator};
	struct process process = {0};
	int ret =
		host_part_start(&process, loop, program, identity, argv, NULL, 0, host_part_ended);
	int status;

	if (ret < 0)
		return ret;
	status = process_stop(&process, HOST_PART_CHECK_GRACE);
	return WIFEXITED(status) ? WEXITSTATUS(status) : ETIMEDOUT;
}
