// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "config_read.h"
#include "connector.h"
#include "forwarder.h"
#include "host.h"
#include "host_check.h"
#include "host_cleanup.h"
#include "host_signals.h"
#include "interface.h"
#include "log.h"
#include "parts.h"
#include "rlimits.h"
#include "watcher.h"
#include "worker.h"

enum { MAIN_INHERITED_MAX = 512 }; /* room for what we open before the rest is closed */

/*
 * If these numbers were closed, what is opened first would get them: our log lines would be written
 * to it, and the worker would have it.
 */
static void main_open_stdio(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static bool main_uses_host(enum config_action action)
{
	return action == CONFIG_RUN || action == CONFIG_CHECK || action == CONFIG_CLEANUP;
}

static int main_run(const struct config *config, struct problem *problem)
{
	if (config->action != CONFIG_RUN)
		host_signals_unblock();
	if (main_uses_host(config->action) && rlimits_check(problem) < 0)
		return problem->status;
	switch (config->action) {
	case CONFIG_HELP:
		fputs(config_help, stdout);
		return STATUS_STOPPED;
	case CONFIG_VERSION:
		puts("vde_vmnet " VERSION);
		return STATUS_STOPPED;
	case CONFIG_CHECK:
		return host_check(config, problem);
	case CONFIG_CLEANUP:
		return host_cleanup(config, problem);
	case CONFIG_INTERFACES:
		return interface_list(problem);
	case CONFIG_RUN:
		break;
	}
	return host_run(config, problem);
}

/* Output that was asked for and could not be written, for example to a full disk, is an error. */
static int main_flush(int status, struct problem *problem)
{
	if (status != STATUS_STOPPED || (fflush(stdout) == 0 && !ferror(stdout)))
		return status;
	problem_set(problem, STATUS_FAILED, "cannot write to standard output");
	return problem->status;
}

/*
 * What our caller left open is none of our business, and would use up low numbers that we need:
 * libnftables supports none above 1023.
 */
static void main_close_inherited(unsigned first)
{
	syscall(SYS_close_range, first, ~0U, 0);
}

/*
 * Sets our own limits. A changed stack size requires executing again: as the same process, with the
 * same arguments and environment. If that fails, we go on.
 */
static void main_set_limits(char *const *argv)
{
	/* All but a configuration that we must read: --config=/dev/fd/63. */
	main_close_inherited(MAIN_INHERITED_MAX);
	if (rlimits_set())
		execv("/proc/self/exe", argv);
}

/* Our processes, by the name they are executed with; comm is set by their file. */
static const struct {
	const char *name;
	int (*run)(int argc, char *const *argv);
} main_parts[] = {
	{WORKER_NAME, worker_main},
	{CONNECTOR_NAME, connector_main},
	{WATCHER_NAME, watcher_main},
	{FORWARDER_NAME, forwarder_main},
};

/* Runs the part with that name and returns its exit status; -1: there is none. */
static int main_part(int argc, char *const *argv)
{
	for (unsigned i = 0; i < sizeof(main_parts) / sizeof(main_parts[0]) && argc > 0; i++) {
		if (strcmp(argv[0], main_parts[i].name) != 0)
			continue;
		prctl(PR_SET_NAME, argv[0]); /* truncated to 15 bytes */
		return main_parts[i].run(argc, argv);
	}
	return -1;
}

/*
 * A service refused for something that may go away by itself is restarted, but not so often that
 * systemd gives up (StartLimitBurst= in the unit). A stop ends the wait.
 */
static void main_pause(void)
{
	const struct timespec pause = {.tv_sec = 7};
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	if (getenv("NOTIFY_SOCKET"))
		sigtimedwait(&stop, NULL, &pause);
}

int main(int argc, char **argv)
{
	static struct config config;
	struct problem problem = {0};
	int status;

	status = main_part(argc, argv);
	if (status >= 0)
		return status;
	main_open_stdio();
	prctl(PR_SET_NAME, "vde_vmnet"); /* after executing again it would be "exe" */
	status = STATUS_USAGE;

	host_signals_block();
	main_set_limits(argv);
	if (config_read(&config, argc, argv, getenv("DEBUG"), &problem) == 0) {
		log_init(config.log_level);
		main_close_inherited(STDERR_FILENO + 1);
		status = main_flush(main_run(&config, &problem), &problem);
	} else {
		log_init(LOG_LEVEL_INFO);
	}
	if (problem.status != 0)
		log_error("%s", problem.text);
	if (problem.passes && config.action == CONFIG_RUN)
		main_pause();
	return status;
}
