// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_daemon.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "clock.h"
#include "ctl_client.h"
#include "ctl_networks.h"
#include "ctl_query.h"
#include "log.h"

enum {
	CTL_DAEMON_END = 60000,
	CTL_DAEMON_PAUSE = 20000000
}; /* time limit for a stop, ms; time between two checks, ns */

int ctl_daemon_log_level(const struct ctl *ctl, char *const *arguments, struct problem *problem)
{
	enum log_level level;
	char done[64];

	if (log_parse_level(arguments[0], &level) < 0)
		return problem_set(problem, CTL_USAGE,
				   "log-level %.100s: use error, warning, info or debug",
				   arguments[0]);
	snprintf(done, sizeof(done), "The log level is now %s.", arguments[0]);
	return ctl_query_change(ctl, "log-level", json_pack("{s:s}", "level", arguments[0]), done,
				problem);
}

int ctl_daemon_reload(const struct ctl *ctl, char *const *arguments, struct problem *problem)
{
	(void)arguments;
	return ctl_query_change(ctl, "reload", NULL,
				"The configuration was reloaded; the log says what changed.",
				problem);
}

/* The undo log: it exists until everything that the network made is undone. */
static void ctl_daemon_look(const char *path, struct stat *st)
{
	if (lstat(path, st) < 0)
		memset(st, 0, sizeof(*st));
}

/* Waits until that file is gone, or belongs to a new run of the network. 0, or -1 with *problem. */
static int ctl_daemon_wait(const char *path, const char *name, const struct stat *before,
			   struct problem *problem)
{
	const struct timespec pause = {.tv_nsec = CTL_DAEMON_PAUSE};
	int64_t deadline = clock_now() + CTL_DAEMON_END;
	struct stat st;

	for (;;) {
		ctl_daemon_look(path, &st);
		if (st.st_ino == 0 || st.st_ino != before->st_ino || st.st_dev != before->st_dev)
			return 0;
		if (clock_now() > deadline)
			return problem_set(
				problem, CTL_FAILED,
				"network '%s' has not stopped after %d s; its log may say why",
				name, CTL_DAEMON_END / 1000);
		nanosleep(&pause, NULL);
	}
}

int ctl_daemon_stop(const struct ctl *ctl, char *const *arguments, struct problem *problem)
{
	char name[CTL_NAME_MAX + 1];
	struct ctl_client client;
	struct stat before;
	json_t *answer = NULL;
	char path[256];
	int ret = -1;

	(void)arguments;
	if (ctl_networks_choose(ctl, name, problem) < 0)
		return -1;
	snprintf(path, sizeof(path), "%.200s/%s.state", ctl->directory, name);
	if (ctl_client_open(&client, ctl, name, problem) == 0)
		answer = ctl_client_ask(&client, "quit", NULL, problem);
	ctl_daemon_look(path, &before); /* now: a network that runs may replace the file */
	if (answer)
		ret = ctl_client_wait_for_end(&client, problem);
	ctl_client_close(&client);
	if (ret == 0)
		ret = ctl_daemon_wait(path, name, &before, problem);
	if (ret == 0 && ctl->json)
		ctl_query_print_json(answer, ctl->out);
	else if (ret == 0)
		fprintf(ctl->out, "Network '%s' has stopped.\n", name);
	json_decref(answer);
	return ret;
}
