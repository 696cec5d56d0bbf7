// SPDX-License-Identifier: GPL-2.0-or-later
#include "helper_network.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "parse.h"

enum { HELPER_PATH_MAX = 256 };

#define HELPER_DEVICE_PREFIX "vmnet-"

/* ---- which network ---- */

static const char *helper_network_path(const char *name, const char *suffix,
				       char path[HELPER_PATH_MAX])
{
	snprintf(path, HELPER_PATH_MAX, RUNDIR "/%s.%s", name, suffix);
	return path;
}

static bool helper_network_has(const char *name, const char *suffix)
{
	char path[HELPER_PATH_MAX];
	struct stat st;

	return lstat(helper_network_path(name, suffix, path), &st) == 0 && S_ISSOCK(st.st_mode);
}

static bool helper_network_is(const char *name)
{
	return parse_name(name, HELPER_NAME_MAX) == 0 &&
	       (helper_network_has(name, "tap") || helper_network_has(name, "control"));
}

bool helper_network_find(const char *bridge, char name[HELPER_NAME_MAX + 1])
{
	const size_t prefix = strlen(HELPER_DEVICE_PREFIX);

	if (!helper_network_is(bridge)) {
		if (strncmp(bridge, HELPER_DEVICE_PREFIX, prefix) != 0)
			return false;
		bridge += prefix;
		if (!helper_network_is(bridge))
			return false;
	}
	snprintf(name, HELPER_NAME_MAX + 1, "%s", bridge);
	return true;
}

/* ---- its answer ---- */

/* Says who may open the socket, as far as its group and mode tell. */
static int helper_network_refuse(const char *path, const char *name, struct problem *problem)
{
	const struct group *group = NULL;
	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & S_IWGRP) && st.st_gid != 0)
		group = getgrgid(st.st_gid);
	if (!group)
		return problem_set(problem, HELPER_FAILED,
				   "permission denied for network '%s': start it with "
				   "--vde-group=GROUP, a group that you are in",
				   name);
	return problem_set(
		problem, HELPER_FAILED,
		"permission denied for network '%s': only root and group %.100s may use it (to "
		"join: sudo usermod -aG %.100s \"$USER\", then log in again)",
		name, group->gr_name, group->gr_name);
}

static int helper_network_explain(const char *path, const char *name, int error, const char *why,
				  struct problem *problem)
{
	if (*why)
		return problem_set(problem, HELPER_FAILED, "network '%s' refused a TAP: %s", name,
				   why);
	switch (error) {
	case -ENOENT:
		return problem_set(problem, HELPER_FAILED,
				   "network '%s' hands out no TAPs at %s: add the endpoint tap:// "
				   "to it, and restart it",
				   name, path);
	case -ECONNREFUSED:
		return problem_set(problem, HELPER_FAILED,
				   "network '%s' is not running: it was killed; start it again",
				   name);
	case -EACCES:
		return helper_network_refuse(path, name, problem);
	case -ETIMEDOUT:
		return problem_set(problem, HELPER_FAILED,
				   "network '%s' did not answer within %d s; its log may say why",
				   name, TAP_ASK_PATIENCE);
	case -ECONNRESET:
		return problem_set(problem, HELPER_FAILED,
				   "network '%s' hung up; its log may say why", name);
	case -EPROTO:
		return problem_set(problem, HELPER_FAILED,
				   "network '%s' runs another version of vde_vmnet: restart it",
				   name);
	default:
		return problem_set(problem, HELPER_FAILED, "network '%s': %s", name,
				   strerror(-error));
	}
}

int helper_network_ask(const char *name, const struct tap_request *request, struct tap_given *given,
		       struct problem *problem)
{
	char path[HELPER_PATH_MAX];
	int ret = tap_ask(helper_network_path(name, "tap", path), request, given);

	return ret == 0 ? 0 : helper_network_explain(path, name, ret, given->answer.why, problem);
}
