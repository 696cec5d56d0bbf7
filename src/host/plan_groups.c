// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan_groups.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "plan.h"

struct plan_groups {
	gid_t gids[IDENTITY_GROUPS_MAX];
	unsigned n;
};

static void plan_groups_add(struct plan_groups *groups, gid_t gid)
{
	if (gid != (gid_t)-1 && groups->n < IDENTITY_GROUPS_MAX)
		groups->gids[groups->n++] = gid;
}

/* Adds the groups of the directories on this path that the user can enter only as a member. */
static void plan_groups_of_way(struct plan_groups *groups, const char *path, uid_t uid)
{
	char directory[PATH_MAX];
	struct stat st;
	char *slash;

	snprintf(directory, sizeof(directory), "%s", path);
	for (;;) {
		if (stat(directory, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid != uid &&
		    !(st.st_mode & S_IXOTH))
			plan_groups_add(groups, st.st_gid);
		slash = strrchr(directory, '/');
		if (!slash)
			return;
		*slash = '\0';
	}
}

/*
 * Follows the path both as named and with links resolved; if it does not exist yet, that of its
 * directory.
 */
static void plan_groups_of_endpoint(struct plan_groups *groups, const char *path, uid_t uid)
{
	char directory[ENDPOINT_PATH_MAX];
	char resolved[PATH_MAX];
	char *slash;

	plan_groups_of_way(groups, path, uid);
	snprintf(directory, sizeof(directory), "%s", path);
	while (!realpath(directory, resolved)) {
		slash = strrchr(directory, '/');
		if (!slash)
			return;
		*slash = '\0';
	}
	plan_groups_of_way(groups, resolved, uid);
}

void plan_choose_groups(struct plan *plan)
{
	struct plan_groups groups = {0};

	plan->connector = plan->worker;
	if (!identity_can_change())
		return;
	plan_groups_add(&groups, plan->group);
	plan_groups_add(&groups, plan->access);
	for (unsigned i = 0; i < plan->n_endpoints; i++) {
		if (endpoint_is_ours(&plan->endpoints[i]))
			plan_groups_of_endpoint(&groups, plan->endpoints[i].path, plan->worker.uid);
	}
	identity_keep_groups(&plan->worker, groups.gids, groups.n);
}
