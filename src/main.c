// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "config.h"
#include "connector.h"
#include "host.h"
#include "interface.h"
#include "log.h"
#include "watcher.h"
#include "worker.h"

static int main_run(const struct config *config, struct problem *problem)
{
	if (config->action != CONFIG_RUN)
		host_unblock_signals();
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

/* What was asked for and cannot be written, to a full disk for one, was not told. */
static int main_flush(int status, struct problem *problem)
{
	if (status != STATUS_STOPPED || (fflush(stdout) == 0 && !ferror(stdout)))
		return status;
	problem_set(problem, STATUS_FAILED, "standard output cannot be written to");
	return problem->status;
}

int main(int argc, char **argv)
{
	static struct config config;
	struct problem problem = {0};
	int status = STATUS_USAGE;

	/* Executed again by the host process: exec by descriptor leaves a number for a name. */
	prctl(PR_SET_NAME, "vde_vmnet");
	if (argc > 0 && strcmp(argv[0], WORKER_NAME) == 0)
		return worker_main(argc, argv);
	if (argc > 0 && strcmp(argv[0], CONNECTOR_NAME) == 0)
		return connector_main(argc, argv);
	if (argc > 0 && strcmp(argv[0], WATCHER_NAME) == 0)
		return watcher_main(argc, argv);

	host_block_signals();
	if (config_read(&config, argc, argv, getenv("DEBUG"), &problem) == 0) {
		log_init(config.log_level);
		status = main_flush(main_run(&config, &problem), &problem);
	} else {
		log_init(LOG_LEVEL_INFO);
	}
	if (problem.status != 0)
		log_error("%s", problem.text);
	return status;
}
